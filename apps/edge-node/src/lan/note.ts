import { personNameSchema } from '@readroom/shared/dicom/person-name';
import { studyClassSchema } from '@readroom/shared/dicom/study-class';
import { analysisRoleSchema, analysisStatusSchema } from '@readroom/shared/finding/analysis';
import type { AnalysisResult } from '@readroom/shared/finding/analysis';
import { severitySchema, sideSchema } from '@readroom/shared/finding/finding';
import { isAnswer } from '@readroom/shared/priority/counted';
import type { StudySnapshot } from '@readroom/shared/study/study';
import { z } from 'zod';

const findingNoteSchema = z.object({ id: z.string(), code: z.string(), label: z.string(), side: sideSchema.nullable(), severity: severitySchema, confidence: z.number(), alert: z.boolean() });
const resultNoteSchema = z.object({ modelId: z.string(), role: analysisRoleSchema, status: analysisStatusSchema, findings: z.array(findingNoteSchema) });
export type ResultNote = z.infer<typeof resultNoteSchema>;

/** What the hospital's own page shows of a study: who, what, when, and what each counting model said last. */
export const studyNoteSchema = z.object({
  patientName: personNameSchema,
  patientId: z.string(),
  birthDate: z.string().nullable(),
  sex: z.string().nullable(),
  accessionNumber: z.string(),
  description: z.string(),
  modality: z.string(),
  studyClass: studyClassSchema.nullable(),
  synthetic: z.boolean(),
  receivedAt: z.number(),
  results: z.array(resultNoteSchema),
});
export type StudyNote = z.infer<typeof studyNoteSchema>;

export function noteOf(study: StudySnapshot, results: readonly ResultNote[]): StudyNote {
  const { patient, accessionNumber, description, modality, studyClass, synthetic, receivedAt } = study;
  return { patientName: patient.name, patientId: patient.id, birthDate: patient.birthDate, sex: patient.sex, accessionNumber, description, modality, studyClass, synthetic, receivedAt, results: [...results] };
}

/** The results of a study with one more. A shadow result is none (PR9); one without an answer does not replace an answer. */
export function withResult(results: readonly ResultNote[], { model, role, status, findings }: AnalysisResult): ResultNote[] {
  if (role !== 'active') return [...results];
  const before = results.find(({ modelId }) => modelId === model.id);
  if (before && isAnswer(before.status) && !isAnswer(status)) return [...results];
  const result = { modelId: model.id, role, status, findings: findings.map(({ id, code, label, side, severity, confidence, alert }) => ({ id, code, label, side, severity, confidence, alert })) };
  return [...results.filter(({ modelId }) => modelId !== model.id), result];
}
