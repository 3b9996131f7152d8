import { z } from 'zod';
import { studySnapshotSchema } from '../study/study.ts';

/** The edge holds (part of) a study durably. Sent again, whole, whenever the snapshot changes. */
export const studyReceivedSchema = z.object({ type: z.literal('study-received'), study: studySnapshotSchema });
