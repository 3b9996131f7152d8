import { z } from 'zod';
import { personNameSchema } from '../dicom/person-name.ts';
import { studyClassSchema } from '../dicom/study-class.ts';
import { uidSchema } from '../dicom/uid.ts';

const shortText = z.string().max(64);
const longText = z.string().max(320);

export const instanceSchema = z.object({
  sopInstanceUid: uidSchema,
  sopClassUid: uidSchema,
  transferSyntaxUid: uidSchema,
  instanceNumber: z.number().int().nullable(),
  frames: z.number().int().min(0),
  rows: z.number().int().min(0),
  columns: z.number().int().min(0),
});
export type Instance = z.infer<typeof instanceSchema>;

export const seriesSchema = z.object({
  seriesUid: uidSchema,
  seriesNumber: z.number().int().nullable(),
  modality: shortText,
  description: longText,
  bodyPart: shortText,
  /** In display order: along the normal of the slices where they have positions, else by instance number. */
  instances: z.array(instanceSchema).max(20_000),
});
export type Series = z.infer<typeof seriesSchema>;

export const patientSchema = z.object({
  /** Patient ID (0010,0020), empty when the object had none. */
  id: shortText,
  issuer: shortText,
  name: personNameSchema,
  /** `YYYY-MM-DD`. */
  birthDate: z.iso.date().nullable(),
  sex: z.enum(['M', 'F', 'O']).nullable(),
});
export type Patient = z.infer<typeof patientSchema>;

/** What the edge knows of a study, whole: a later snapshot replaces an earlier one. */
export const studySnapshotSchema = z.object({
  studyUid: uidSchema,
  patient: patientSchema,
  accessionNumber: shortText,
  description: longText,
  /** The main modality: that of the first series that is not a presentation state, SR or the like. */
  modality: shortText,
  bodyPart: shortText,
  /** Study Date and Time (0008,0020/0030) as ISO local date-time without zone, `YYYY-MM-DDTHH:mm:ss`. */
  studyDateTime: z.string().max(32).nullable(),
  referringPhysician: longText,
  institution: longText,
  studyClass: studyClassSchema.nullable(),
  /** Synthetic Data (0008,001C) is YES. */
  synthetic: z.boolean(),
  callingAeTitle: z.string().max(16),
  /** Edge clock, ms since epoch: the first and the latest stored instance. */
  receivedAt: z.number().int(),
  lastInstanceAt: z.number().int(),
  state: z.enum(['receiving', 'complete']),
  series: z.array(seriesSchema).max(1_000),
});
export type StudySnapshot = z.infer<typeof studySnapshotSchema>;
