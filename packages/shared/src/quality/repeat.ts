import { z } from 'zod';
import { personNameSchema } from '../dicom/person-name.ts';
import { analysisReasonSchema } from '../finding/analysis.ts';

/** socket.io event to whoever may see the repeats: something of them changed; ask again. It names nobody. */
export const REPEATS_EVENT = 'rt:repeats';
export const repeatsEventSchema = z.object({ organisation: z.string() });

export const repeatOutcomeSchema = z.enum(['repeated', 'not-needed']);
export type RepeatOutcome = z.infer<typeof repeatOutcomeSchema>;

const why = z.string().trim().max(300);

/** What a technologist answers: that nothing has to be repeated needs a reason. */
export const settleRepeatSchema = z.discriminatedUnion('outcome', [
  z.object({ id: z.uuid(), outcome: z.literal('repeated'), reason: why.default('') }),
  z.object({ id: z.uuid(), outcome: z.literal('not-needed'), reason: why.min(3) }),
]);
export type SettleRepeat = z.infer<typeof settleRepeatSchema>;

/** One flagged series as the page of repeats shows it: enough to call the patient back, and no more. Moments are ms since epoch. */
export const repeatSchema = z.object({
  id: z.uuid(),
  flaggedAt: z.number().int(),
  modality: z.string(),
  /** AE title of the modality that sent it. */
  station: z.string(),
  studyDescription: z.string(),
  seriesNumber: z.number().int().nullable(),
  seriesDescription: z.string(),
  route: z.enum(['repeat', 'refuse']),
  reasons: z.array(analysisReasonSchema),
  patient: z.object({ name: personNameSchema, id: z.string(), birthDate: z.string().nullable(), sex: z.enum(['M', 'F', 'O']).nullable() }),
  settled: z.object({ outcome: repeatOutcomeSchema, by: z.string(), at: z.number().int(), reason: z.string() }).nullable(),
});
export type Repeat = z.infer<typeof repeatSchema>;

/** The flagged series of the last day, the newest first. */
export const repeatsSchema = z.object({ since: z.number().int(), repeats: z.array(repeatSchema), more: z.boolean() });
export type Repeats = z.infer<typeof repeatsSchema>;
