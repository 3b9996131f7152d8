import { isUid } from '@readroom/shared/dicom/uid';
import { bodyRegions } from '@readroom/shared/study/body-region';
import { MOST_PRIORS, isSamePatient, rankPriors } from '@readroom/shared/study/prior';
import type { PriorStudy } from '@readroom/shared/study/prior';
import type { StudySnapshot } from '@readroom/shared/study/study';
import type { Header } from '../dicom/header/header.ts';
import { parseDate, parseInteger, parseTime } from '../dicom/header/values.ts';
import { find } from '../dicom/scu/find.ts';
import type { IdentifierKey } from '../dicom/scu/identifier.ts';
import type { ScuContext, ScuTarget } from '../dicom/scu/association.ts';
import { openQueryRetrieve } from '../dicom/scu/query-retrieve.ts';
import type { QueryAssociation } from '../dicom/scu/query-retrieve.ts';

const TAG = {
  StudyDate: 0x00080020,
  StudyTime: 0x00080030,
  Modality: 0x00080060,
  ModalitiesInStudy: 0x00080061,
  StudyDescription: 0x00081030,
  PatientID: 0x00100020,
  IssuerOfPatientID: 0x00100021,
  PatientBirthDate: 0x00100030,
  BodyPartExamined: 0x00180015,
  StudyInstanceUID: 0x0020000d,
  SeriesInstanceUID: 0x0020000e,
  NumberOfStudyRelatedInstances: 0x00201208,
  NumberOfSeriesRelatedInstances: 0x00201209,
} as const;

/** Studies of one patient taken of one PACS; a patient with more has them cut by the PACS's own order. */
const MOST_STUDIES = 300;
const MOST_SERIES = 200;
/** A query waits for the PACS this long in all, and this long without a word from it. */
export const FIND_LIMITS = { idleMs: 20_000, totalMs: 90_000, artimMs: 10_000 } as const;

/**
 * The priors of a study that one PACS has, the most relevant first, at most `MOST_PRIORS`: one STUDY query by Patient ID, and a
 * SERIES query of each that may be shown. The issuer is asked for, not matched: not every PACS knows it as a key (PS1 decides).
 * @throws AppError as `openQueryRetrieve` and `find`
 */
export async function searchPriors(target: ScuTarget, study: StudySnapshot, context: ScuContext): Promise<PriorStudy[]> {
  const association = await openQueryRetrieve('find', target, context, FIND_LIMITS);
  try {
    const { matches } = await find(association, 'STUDY', studyKeys(study.patient.id), MOST_STUDIES);
    const candidates = matches.filter((match) => isSamePatient(patientOf(match), study.patient)).flatMap((match) => priorOf(match, target.calledAeTitle));
    const known = new Map(candidates.map((prior) => [prior.studyUid, prior]));
    const current = comparedOf(study);
    // Twice as many as are kept: their series may say that others are nearer.
    const near = rankPriors(current, [...known.values()], 2 * MOST_PRIORS);
    const whole: PriorStudy[] = [];
    for (const prior of near) whole.push(isToldWhole(prior) ? prior : await withSeries(association, prior));
    await association.release();
    return rankPriors(current, whole, MOST_PRIORS);
  } catch (error) {
    association.abort();
    throw error;
  }
}

function studyKeys(patientId: string): IdentifierKey[] {
  return [
    [TAG.StudyDate, 'DA', ''],
    [TAG.StudyTime, 'TM', ''],
    [TAG.ModalitiesInStudy, 'CS', ''],
    [TAG.StudyDescription, 'LO', ''],
    [TAG.PatientID, 'LO', patientId],
    [TAG.IssuerOfPatientID, 'LO', ''],
    [TAG.PatientBirthDate, 'DA', ''],
    [TAG.StudyInstanceUID, 'UI', ''],
    [TAG.NumberOfStudyRelatedInstances, 'IS', ''],
  ];
}

export function comparedOf(study: StudySnapshot): Parameters<typeof rankPriors>[0] {
  const { studyUid, studyDateTime, description, bodyPart } = study;
  return { studyUid, studyDateTime, description, bodyPart, modalities: [...new Set([study.modality, ...study.series.map(({ modality }) => modality)])] };
}

function patientOf(match: Header): Parameters<typeof isSamePatient>[0] {
  return { id: match.text(TAG.PatientID), issuer: match.text(TAG.IssuerOfPatientID), birthDate: parseDate(match.code(TAG.PatientBirthDate)) };
}

function priorOf(match: Header, source: string): PriorStudy[] {
  const studyUid = match.code(TAG.StudyInstanceUID);
  if (!isUid(studyUid)) return [];
  const date = parseDate(match.code(TAG.StudyDate));
  return [{
    studyUid,
    studyDateTime: date ? `${date}T${parseTime(match.code(TAG.StudyTime)) ?? '00:00:00'}` : null,
    modalities: modalitiesIn(match.codes(TAG.ModalitiesInStudy)),
    description: match.text(TAG.StudyDescription).slice(0, 320),
    bodyPart: '',
    imageCount: countIn(match, TAG.NumberOfStudyRelatedInstances),
    source,
  }];
}

function modalitiesIn(values: readonly string[]): string[] {
  return [...new Set(values.map((value) => value.slice(0, 16)).filter((value) => value !== ''))].slice(0, 32);
}

function countIn(match: Header, tag: number): number | null {
  const count = parseInteger(match.code(tag));
  return count !== null && count >= 0 ? count : null;
}

function isToldWhole(prior: PriorStudy): boolean {
  return prior.modalities.length > 0 && prior.imageCount !== null && bodyRegions(prior.description).size > 0;
}

/** What the study level did not say, from the series: not every PACS counts or names modalities there. */
async function withSeries(association: QueryAssociation, prior: PriorStudy): Promise<PriorStudy> {
  const keys: IdentifierKey[] = [[TAG.Modality, 'CS', ''], [TAG.BodyPartExamined, 'CS', ''], [TAG.StudyInstanceUID, 'UI', prior.studyUid], [TAG.SeriesInstanceUID, 'UI', ''], [TAG.NumberOfSeriesRelatedInstances, 'IS', '']];
  const { matches } = await find(association, 'SERIES', keys, MOST_SERIES);
  const counts = matches.map((series) => countIn(series, TAG.NumberOfSeriesRelatedInstances));
  const imageCount = counts.length > 0 && counts.every((count) => count !== null) ? counts.reduce<number>((sum, count) => sum + (count ?? 0), 0) : null;
  return {
    ...prior,
    modalities: prior.modalities.length > 0 ? prior.modalities : modalitiesIn(matches.map((series) => series.code(TAG.Modality))),
    bodyPart: matches.map((series) => series.code(TAG.BodyPartExamined)).find((part) => part !== '')?.slice(0, 64) ?? '',
    imageCount: prior.imageCount ?? imageCount,
  };
}
