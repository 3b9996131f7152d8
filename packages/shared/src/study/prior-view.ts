import { z } from 'zod';
import { priorStudySchema } from './prior.ts';

/** One prior as a page and REST show it. */
export const priorViewSchema = priorStudySchema.omit({ source: true }).extend({
  /** AE title of the PACS that named it; null where the node has it of its own. */
  source: z.string().nullable(),
  /** Whether it can be read now: all its images are at a node, they arrive, the PACS was asked for them, only the PACS has them, or nobody we know of. */
  images: z.enum(['at-node', 'arriving', 'fetching', 'at-pacs', 'deleted']),
  /** How many are at a node. */
  imagesHere: z.number().int().min(0),
  /** Names the study in a URL of ours; null while nothing of it is here, image or report. */
  studyId: z.uuid().nullable(),
  /** Why it could not be fetched, or not wholly, for a radiologist. */
  problem: z.string().nullable(),
});
export type PriorView = z.infer<typeof priorViewSchema>;

/** The priors of one study, the most relevant first. */
export const priorsViewSchema = z.object({
  studyId: z.uuid(),
  /** Our own id of the patient; null without a Patient ID, when no prior can be told from another patient's study. */
  patientId: z.uuid().nullable(),
  /** When the PACS was last asked; null when it was not, or not yet. */
  askedAt: z.iso.datetime().nullable(),
  /** Why it could not be asked, for a radiologist. */
  problem: z.string().nullable(),
  priors: z.array(priorViewSchema),
});
export type PriorsView = z.infer<typeof priorsViewSchema>;
