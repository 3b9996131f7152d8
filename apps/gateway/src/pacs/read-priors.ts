import type { Member } from '@readroom/shared/access/can';
import { AppError } from '@readroom/shared/error';
import { MOST_PRIORS, rankPriors } from '@readroom/shared/study/prior';
import type { PriorsView, PriorView } from '@readroom/shared/study/prior-view';
import { audit, by } from '../audit/audit.ts';
import { recordView } from '../audit/views.ts';
import { requireCan } from '../auth/session.ts';
import type { Deps } from '../infra/deps.ts';
import { comparedOf, findStudy, identifiedOf, patientHandle, studiesOf } from './known.ts';

/** The priors of a study: those the hospital's own nodes hold and those a PACS named, ranked together (PS2). Audited. Throws `not-found`, also for another hospital's id. */
export async function readPriors(deps: Deps, member: Member, studyId: string): Promise<PriorsView> {
  requireCan(member, 'study.view', member.organisation);
  const { client } = await deps.hospital(member.organisation);
  const study = await findStudy(client, studyId);
  if (!study) throw new AppError('not-found', { class: 'permanent', message: 'There is no such study here.' });
  await recordView(deps, member, 'priors.view', { studyId, studyUid: study.studyUid });
  const patient = identifiedOf(study);
  return {
    studyId,
    patientId: await patientHandle(client, patient),
    askedAt: study.priorsAskedAt?.toISOString() ?? null,
    problem: study.priorsProblem,
    priors: rankPriors(comparedOf(study), await studiesOf(client, patient, deps.clock()), MOST_PRIORS),
  };
}

/** Every study known of a patient of ours, the newest first. `id` is our own (`patientHandle`). Audited. Throws `not-found`. */
export async function readPatientStudies(deps: Deps, member: Member, id: string): Promise<PriorView[]> {
  requireCan(member, 'study.view', member.organisation);
  const { client } = await deps.hospital(member.organisation);
  const patient = await client.patient.findUnique({ where: { id } });
  if (!patient) throw new AppError('not-found', { class: 'permanent', message: 'There is no such patient here.' });
  await audit(client, { ...by(member), action: 'patient.studies', subject: { patientId: id } });
  const studies = await studiesOf(client, { id: patient.patientId, issuer: patient.patientIssuer, birthDate: null }, deps.clock());
  return studies.sort((a, b) => (b.studyDateTime ?? '').localeCompare(a.studyDateTime ?? '') || a.studyUid.localeCompare(b.studyUid));
}
