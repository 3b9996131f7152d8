import { z } from 'zod';

export const studyClassSchema = z.enum(['stat', 'emergency', 'inpatient', 'outpatient']);
export type StudyClass = z.infer<typeof studyClassSchema>;

/**
 * Requested Procedure Priority (0040,1003), PS3.3 C.4.11: STAT, HIGH, MEDIUM, ROUTINE, LOW. Some modalities write the
 * patient's class itself there. Anything else, or nothing, leaves the study unclassed rather than guessed.
 */
const CLASS_OF_PRIORITY: Readonly<Record<string, StudyClass>> = {
  STAT: 'stat',
  HIGH: 'emergency',
  EMERGENCY: 'emergency',
  MEDIUM: 'inpatient',
  ROUTINE: 'inpatient',
  INPATIENT: 'inpatient',
  LOW: 'outpatient',
  OUTPATIENT: 'outpatient',
};

export function studyClassOf(requestedProcedurePriority: string | null | undefined): StudyClass | null {
  const key = requestedProcedurePriority?.trim().toUpperCase() ?? '';
  return Object.hasOwn(CLASS_OF_PRIORITY, key) ? (CLASS_OF_PRIORITY[key] ?? null) : null;
}
