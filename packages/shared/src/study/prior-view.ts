import { z } from 'zod';
import { priorStudySchema } from './prior.ts';

/** One prior as a page and REST show it. */
export const priorViewSchema = priorStudySchema.omit({ source: true }).extend({
  /** AE title of the PACS that named it; null where the node has it of its own. */
  source: z.string().nullable(),
  /** Whether it can be read now: all its images are at the node, they arrive, or only the PACS has them. */
  images: z.enum(['at-node', 'arriving', 'at-pacs']),
  /** Names the study in a URL of ours; null while no image of it is at a node. */
  studyId: z.uuid().nullable(),
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
