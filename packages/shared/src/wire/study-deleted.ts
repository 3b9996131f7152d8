import { z } from 'zod';
import { uidSchema } from '../dicom/uid.ts';

/** The edge deleted the images of a study, their time being over (ED4): only the PACS has them now. */
export const studyDeletedSchema = z.object({ type: z.literal('study-deleted'), study: z.object({ studyUid: uidSchema }) });
export type StudyDeleted = z.infer<typeof studyDeletedSchema>;
