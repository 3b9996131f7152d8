import { z } from 'zod';
import { uidSchema } from '../dicom/uid.ts';
import { studySnapshotSchema } from '../study/study.ts';

/** The edge holds (part of) a study that it fetched as a prior (PS3): it belongs on no list. Sent again, whole, whenever the snapshot changes. */
export const priorReceivedSchema = z.object({ type: z.literal('prior-received'), study: studySnapshotSchema });

/** How fetching a prior ended. */
export const priorFetchedSchema = z.object({
  type: z.literal('prior-fetched'),
  study: z.object({ studyUid: uidSchema }),
  /** Why images of it are missing, in words for a radiologist, never patient data; null when all came. */
  problem: z.string().min(1).max(300).nullable(),
});
export type PriorFetched = z.infer<typeof priorFetchedSchema>;
