import type { Member } from '@readroom/shared/access/can';
import { AppError } from '@readroom/shared/error';
import { instanceSchema } from '@readroom/shared/study/study';
import { z } from 'zod';
import { recordView } from '../audit/views.ts';
import { requireCan } from '../auth/session.ts';
import type { Deps } from '../infra/deps.ts';
import { identifiedOf, patientHandle } from './known.ts';

export const pacsStudySchema = z.object({
  studyId: z.uuid(),
  studyUid: z.string(),
  /** For `/api/pacs/patients/:id`; null without a Patient ID. */
  patientId: z.uuid().nullable(),
  modality: z.string(),
  bodyPart: z.string(),
  description: z.string(),
  studyDateTime: z.string().nullable(),
  arrival: z.string().describe('`receiving` while images still arrive, else `complete`'),
  imageCount: z.number().int(),
  series: z.array(z.object({ seriesUid: z.string(), seriesNumber: z.number().int().nullable(), modality: z.string(), description: z.string(), bodyPart: z.string(), imageCount: z.number().int() })),
  priorsAskedAt: z.iso.datetime().nullable(),
  priorsProblem: z.string().nullable(),
});
export type PacsStudy = z.infer<typeof pacsStudySchema>;

/** A study as the node holds it, without the patient's name or numbers. Audited. Throws `not-found`, also for another hospital's id. */
export async function readStudy(deps: Deps, member: Member, studyId: string): Promise<PacsStudy> {
  requireCan(member, 'study.view', member.organisation);
  const { client } = await deps.hospital(member.organisation);
  const study = await client.study.findUnique({ where: { id: studyId }, include: { series: { orderBy: [{ seriesNumber: 'asc' }, { seriesUid: 'asc' }] } } });
  if (!study) throw new AppError('not-found', { class: 'permanent', message: 'There is no such study here.' });
  const { studyUid, modality, bodyPart, description, studyDateTime, state: arrival, imageCount, priorsAskedAt, priorsProblem } = study;
  await recordView(deps, member, 'study.read', { studyId, studyUid });
  return {
    studyId, studyUid, modality, bodyPart, description, studyDateTime, arrival, imageCount, priorsProblem,
    patientId: await patientHandle(client, identifiedOf(study)),
    priorsAskedAt: priorsAskedAt?.toISOString() ?? null,
    series: study.series.map(({ instances, seriesUid, seriesNumber, ...one }) => ({ seriesUid, seriesNumber, modality: one.modality, description: one.description, bodyPart: one.bodyPart, imageCount: z.array(instanceSchema).parse(instances).length })),
  };
}
