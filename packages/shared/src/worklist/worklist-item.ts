import { z } from 'zod';
import { personNameSchema } from '../dicom/person-name.ts';
import { studyClassSchema } from '../dicom/study-class.ts';
import { uidSchema } from '../dicom/uid.ts';
import { analysisRoleSchema, analysisStatusSchema } from '../finding/analysis.ts';
import { severitySchema } from '../finding/finding.ts';
import { reasonSchema } from '../priority/explain.ts';
import { moveReasonSchema } from '../priority/move.ts';
import { tierSchema } from '../priority/rank.ts';
import { asideSchema } from './aside.ts';

export const readingStatusSchema = z.enum(['unread', 'claimed', 'reading', 'preliminary', 'final']);
export type ReadingStatus = z.infer<typeof readingStatusSchema>;

/** What AI says of a study in one word. `clear` (looked and found nothing) is never `not-analysed`. */
export const aiStateSchema = z.enum(['critical', 'urgent', 'routine', 'clear', 'pending', 'not-analysed']);
export type AiState = z.infer<typeof aiStateSchema>;

/** A person's placing as the row shows it (PR2). `holds` is false once a critical finding nobody had seen set it aside (PR3). */
export const shownOverrideSchema = z.object({
  id: z.uuid(),
  author: z.object({ id: z.string(), name: z.string() }),
  reason: moveReasonSchema,
  note: z.string(),
  direction: z.enum(['up', 'down']),
  holds: z.boolean(),
  placedAt: z.number().int(),
  expiresAt: z.number().int(),
});
export type ShownOverride = z.infer<typeof shownOverrideSchema>;

/** One row of the list, whole: what the screen shows and a patch replaces. */
export const worklistItemSchema = z.object({
  studyUid: uidSchema,
  /** Names the study in a URL of ours. */
  studyId: z.uuid(),
  patientName: personNameSchema.nullable(),
  patientId: z.string().nullable(),
  birthDate: z.string().nullable(),
  sex: z.enum(['M', 'F', 'O']).nullable(),
  accessionNumber: z.string().nullable(),
  modality: z.string(),
  bodyPart: z.string(),
  description: z.string(),
  institution: z.string(),
  class: studyClassSchema.nullable(),
  synthetic: z.boolean(),
  receivedAt: z.number().int(),
  studyDateTime: z.string().nullable(),
  /** `receiving` while images still arrive. */
  arrival: z.enum(['receiving', 'complete']),
  imageCount: z.number().int(),
  tier: tierSchema,
  sortKey: z.number().int(),
  dueAt: z.number().int(),
  /** `explain(rank)`: the parts sum to `sortKey`, their minutes to its minutes (PR6). */
  reasons: z.array(reasonSchema),
  ai: aiStateSchema,
  topFinding: z
    .object({ id: z.string(), label: z.string(), severity: severitySchema, confidence: z.number(), uncertainty: z.number().nullable() })
    .nullable(),
  analyses: z.array(
    z.object({
      id: z.uuid(),
      modelId: z.string(),
      version: z.string(),
      role: analysisRoleSchema,
      status: analysisStatusSchema,
      reason: z.string().nullable(),
    }),
  ),
  openAlerts: z.number().int(),
  /** Rows written before overrides existed have none. */
  override: shownOverrideSchema.nullable().default(null),
  /** When the supervisor was called because the hard limit had passed without a preliminary report (PR4). */
  overdueAt: z.number().int().nullable().default(null),
  /** Put aside by a reader (LF6); it keeps its place. */
  aside: asideSchema.nullable().default(null),
  status: readingStatusSchema,
  assignedTo: z.object({ id: z.string(), name: z.string() }).nullable(),
  /** The hospital's revision that last changed this row. */
  revision: z.number().int(),
});
export type WorklistItem = z.infer<typeof worklistItemSchema>;
