import { z } from 'zod';
import { studyClassSchema } from '@readroom/shared/dicom/study-class';
import { uidSchema } from '@readroom/shared/dicom/uid';
import { instanceSchema, patientSchema } from '@readroom/shared/study/study';

/** What the edge knows of one stored instance. It is the index record in the segment, so the index can be rebuilt from segments alone. */
export const instanceRecordSchema = z.object({
  v: z.literal(1),
  studyUid: uidSchema,
  seriesUid: uidSchema,
  ...instanceSchema.shape,
  /** Image Position (Patient) and Image Orientation (Patient), mm and direction cosines (PS3.3 C.7.6.2). */
  position: z.tuple([z.number(), z.number(), z.number()]).nullable(),
  orientation: z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]).nullable(),
  seriesNumber: z.number().int().nullable(),
  modality: z.string(),
  seriesDescription: z.string(),
  bodyPart: z.string(),
  patient: patientSchema,
  accessionNumber: z.string(),
  studyDescription: z.string(),
  studyDateTime: z.string().nullable(),
  referringPhysician: z.string(),
  institution: z.string(),
  studyClass: studyClassSchema.nullable(),
  synthetic: z.boolean(),
  /** How many instances the sender says there are, of this series and of this study. */
  expectedInSeries: z.number().int().nullable(),
  expectedInStudy: z.number().int().nullable(),
  callingAeTitle: z.string(),
  /** Edge clock, ms since epoch. */
  receivedAt: z.number().int(),
});
export type InstanceRecord = z.infer<typeof instanceRecordSchema>;

export function encodeInstanceRecord(record: InstanceRecord): Buffer {
  return Buffer.from(JSON.stringify(record), 'utf8');
}

/** @throws when the bytes are not a record of a version we know */
export function decodeInstanceRecord(json: string): InstanceRecord {
  return instanceRecordSchema.parse(JSON.parse(json));
}
