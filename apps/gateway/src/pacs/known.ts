import type { Hospital, HospitalTx } from '@readroom/db';
import { HOUR_MS } from '@readroom/shared/clock';
import { isSamePatient } from '@readroom/shared/study/prior';
import type { Compared, Identified } from '@readroom/shared/study/prior';
import type { PriorView } from '@readroom/shared/study/prior-view';

type Client = Hospital['client'] | HospitalTx;

/** Studies of one patient looked at; who has more is shown the newest. */
const MOST_STUDIES = 500;

const STUDY_PARTS = {
  id: true, studyUid: true, patientId: true, patientIssuer: true, birthDate: true, studyDateTime: true, modality: true, description: true, bodyPart: true,
  state: true, imageCount: true, fetchedAsPrior: true, deletedAt: true, series: { select: { modality: true } },
} as const;

/** A study as it is compared with others. */
export async function findStudy(client: Client, studyId: string) {
  return client.study.findUnique({ where: { id: studyId }, select: { ...STUDY_PARTS, priorsAskedAt: true, priorsProblem: true } });
}
export type FoundStudy = NonNullable<Awaited<ReturnType<typeof findStudy>>>;

export function identifiedOf({ patientId, patientIssuer, birthDate }: Pick<FoundStudy, 'patientId' | 'patientIssuer' | 'birthDate'>): Identified {
  return { id: patientId, issuer: patientIssuer, birthDate };
}

export function comparedOf({ studyUid, studyDateTime, description, bodyPart, modality, series }: Omit<FoundStudy, 'priorsAskedAt' | 'priorsProblem'>): Compared {
  return { studyUid, studyDateTime, description, bodyPart, modalities: [...new Set([modality, ...series.map((one) => one.modality)])].filter((one) => one !== '') };
}

/** A node that was asked and says nothing for longer never will. */
const FETCH_FOR_MS = HOUR_MS;

/** Every study that is known of the patient (PS1), once: those with images at a node, and those a PACS named. */
export async function studiesOf(client: Client, patient: Identified, now: number): Promise<PriorView[]> {
  if (patient.id === '') return [];
  const held = await client.study.findMany({ where: { patientId: patient.id }, select: STUDY_PARTS, orderBy: { receivedAt: 'desc' }, take: MOST_STUDIES });
  const own = held.filter((study) => isSamePatient(identifiedOf(study), patient));
  const named = await client.priorStudy.findMany({ where: { studyId: { in: own.map(({ id }) => id) } }, orderBy: { id: 'asc' }, take: MOST_STUDIES });
  const views = new Map<string, PriorView>();
  for (const { priorUid: studyUid, studyDateTime, modalities, description, bodyPart, imageCount, source, fetchAskedAt, fetchProblem: problem } of named) {
    const isFetching = fetchAskedAt !== null && now - fetchAskedAt.getTime() < FETCH_FOR_MS;
    views.set(studyUid, { studyUid, studyDateTime, modalities, description, bodyPart, imageCount, source, images: isFetching ? 'fetching' : 'at-pacs', imagesHere: 0, studyId: null, problem });
  }
  // A study named by a PACS may be held under a patient who contradicts it: its images say whose it is.
  const contradicting = held.filter((study) => !own.includes(study));
  for (const { studyUid } of contradicting) views.delete(studyUid);
  for (const study of own) views.set(study.studyUid, heldView(study, views.get(study.studyUid) ?? null));
  return [...views.values()];
}

/** A study that is or was at a node; `named` is what a PACS said of it. */
function heldView(study: Omit<FoundStudy, 'priorsAskedAt' | 'priorsProblem'>, named: PriorView | null): PriorView {
  const { studyUid, studyDateTime, description, bodyPart, modalities } = comparedOf(study);
  const isDeleted = study.deletedAt !== null;
  const images = named?.images === 'fetching' ? 'fetching' : isDeleted ? (named ? 'at-pacs' : 'deleted') : study.state === 'complete' ? 'at-node' : 'arriving';
  return {
    studyUid, studyDateTime, description, bodyPart, modalities: [...modalities], images,
    imageCount: images === 'fetching' || images === 'at-pacs' ? (named?.imageCount ?? study.imageCount) : study.imageCount,
    imagesHere: isDeleted ? 0 : study.imageCount,
    source: named?.source ?? null,
    // Without its images there is nothing here of one that was fetched; of one that was read there is its report.
    studyId: isDeleted && study.fetchedAsPrior ? null : study.id,
    problem: named?.problem ?? null,
  };
}

/** Our own id of a patient; null without a Patient ID. */
export async function patientHandle(client: Client, { id: patientId, issuer: patientIssuer }: Identified): Promise<string | null> {
  if (patientId === '') return null;
  const key = { patientIssuer, patientId };
  const found = await client.patient.findUnique({ where: { patientIssuer_patientId: key }, select: { id: true } });
  if (found) return found.id;
  // Two readers at once: the row of the first counts.
  await client.patient.createMany({ data: [key], skipDuplicates: true });
  return (await client.patient.findUniqueOrThrow({ where: { patientIssuer_patientId: key }, select: { id: true } })).id;
}
