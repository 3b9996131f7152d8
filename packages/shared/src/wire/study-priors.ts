import { z } from 'zod';
import { MOST_PRIORS, priorStudySchema } from '../study/prior.ts';
import { studySnapshotSchema } from '../study/study.ts';

/** What the PACS said of a patient's earlier studies. It carries the snapshot it was asked for, so it can be applied before `study-received`. */
export const studyPriorsSchema = z.object({
  type: z.literal('study-priors'),
  study: studySnapshotSchema,
  /** Edge clock, ms since epoch. */
  askedAt: z.number().int(),
  /** The most relevant first. */
  priors: z.array(priorStudySchema).max(MOST_PRIORS),
  /** Why a PACS could not be asked, in words for a radiologist, never patient data. What was known before stays then. */
  problem: z.string().min(1).max(300).nullable(),
});
export type StudyPriors = z.infer<typeof studyPriorsSchema>;
