import type { HospitalTx } from '@readroom/db';
import { isSamePatient } from '@readroom/shared/study/prior';
import type { StudyPriors } from '@readroom/shared/wire/study-priors';
import type { Said } from '../study/snapshot.ts';

/**
 * Keeps what a PACS said of a study's priors. An answer older than the one held, or to a question about another patient than
 * the study has by now (PS1), changes nothing; one with a problem leaves what was known. Answers whether anything was kept.
 */
export async function keepPriors(tx: HospitalTx, studyId: string, told: StudyPriors, said: Said): Promise<boolean> {
  const askedAt = new Date(Math.min(told.askedAt + said.clockOffsetMs, said.now));
  const study = await tx.study.findUniqueOrThrow({ where: { id: studyId }, select: { patientId: true, patientIssuer: true, birthDate: true, priorsAskedAt: true } });
  const isAboutNow = isSamePatient(told.study.patient, { id: study.patientId, issuer: study.patientIssuer, birthDate: study.birthDate });
  if (!isAboutNow || (study.priorsAskedAt !== null && study.priorsAskedAt > askedAt)) return false;
  await tx.study.update({ where: { id: studyId }, data: { priorsAskedAt: askedAt, priorsProblem: told.problem } });
  if (told.problem === null) await tx.priorStudy.deleteMany({ where: { studyId, priorUid: { notIn: told.priors.map(({ studyUid }) => studyUid) } } });
  for (const { studyUid: priorUid, ...columns } of told.priors) {
    await tx.priorStudy.upsert({ where: { studyId_priorUid: { studyId, priorUid } }, create: { ...columns, studyId, priorUid }, update: columns });
  }
  return true;
}
