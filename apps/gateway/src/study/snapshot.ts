import type { HospitalTx } from '@readroom/db';
import type { StudySnapshot } from '@readroom/shared/study/study';

/** Who said it, and where it stands among all they said. */
export interface Said {
  readonly nodeId: string;
  readonly nodeEpoch: string;
  readonly seq: number;
  /** Add to the node's clock to get ours, ms. */
  readonly clockOffsetMs: number;
  /** Our clock, ms since epoch. */
  readonly now: number;
}

export interface KeptStudy {
  readonly id: string;
  readonly changed: boolean;
  /** PS3: on no list, and no alert is raised. */
  readonly fetchedAsPrior: boolean;
  /** It was a prior until now: whatever was found of it before was told nobody. */
  readonly cameToBeRead: boolean;
}

/** What the node says of why it has the study; an analysis says nothing of that. */
export type CameAs = 'study' | 'prior' | 'unsaid';

/**
 * Makes the study or brings it up to the snapshot, whole. A snapshot older than what the node said last changes nothing.
 * `receivedAt` is fixed by the first word about a study: it is when it arrived, and a later clock measurement must not move it in the list.
 */
export async function keepSnapshot(tx: HospitalTx, study: StudySnapshot, said: Said, cameAs: CameAs = 'unsaid'): Promise<KeptStudy> {
  const known = await tx.study.findUnique({
    where: { studyUid: study.studyUid },
    select: { id: true, nodeId: true, nodeEpoch: true, nodeSeq: true, lastInstanceAt: true, patientId: true, patientIssuer: true, fetchedAsPrior: true },
  });
  // PS3: once it came to be read it stays so.
  const fetchedAsPrior = known ? known.fetchedAsPrior && cameAs !== 'study' : cameAs === 'prior';
  if (known && !isNewer(known, study, said)) return { id: known.id, changed: false, fetchedAsPrior: known.fetchedAsPrior, cameToBeRead: false };
  // Corrected to another patient: what was found of the one before is nobody's here.
  const isAnother = known !== null && (known.patientId !== study.patient.id || known.patientIssuer !== study.patient.issuer);
  if (isAnother) await tx.priorStudy.deleteMany({ where: { studyId: known.id } });
  const columns = { ...columnsOf(study), fetchedAsPrior, nodeId: said.nodeId, nodeEpoch: said.nodeEpoch, nodeSeq: BigInt(said.seq), lastInstanceAt: correctedTime(study.lastInstanceAt, said), ...(isAnother ? { priorsAskedAt: null, priorsProblem: null } : {}), ...(cameAs === 'unsaid' ? {} : { deletedAt: null }) };
  const { id } = known
    ? await tx.study.update({ where: { id: known.id }, data: { ...columns, revision: { increment: 1 } }, select: { id: true } })
    : await tx.study.create({ data: { ...columns, studyUid: study.studyUid, receivedAt: correctedTime(study.receivedAt, said) }, select: { id: true } });
  await (known ? keepSeries(tx, id, study) : tx.series.createMany({ data: study.series.map((series) => ({ ...series, studyId: id })) }));
  return { id, changed: true, fetchedAsPrior, cameToBeRead: known?.fetchedAsPrior === true && !fetchedAsPrior };
}

type Known = { readonly nodeId: string; readonly nodeEpoch: string; readonly nodeSeq: bigint; readonly lastInstanceAt: Date };

/** Within a life of a node's store `seq` decides; a new life knows more than the one before; between two nodes the later image does. */
function isNewer(known: Known, study: StudySnapshot, said: Said): boolean {
  if (known.nodeId !== said.nodeId) return correctedTime(study.lastInstanceAt, said) >= known.lastInstanceAt;
  return known.nodeEpoch !== said.nodeEpoch || BigInt(said.seq) > known.nodeSeq;
}

/** The edge's clock in ours. Never in the future: a study that claims so would sink below all others. */
function correctedTime(edgeMs: number, said: Said): Date {
  return new Date(Math.min(edgeMs + said.clockOffsetMs, said.now));
}

function columnsOf(study: StudySnapshot) {
  return {
    patientId: study.patient.id,
    patientIssuer: study.patient.issuer,
    patientName: study.patient.name,
    birthDate: study.patient.birthDate,
    sex: study.patient.sex,
    accessionNumber: study.accessionNumber,
    description: study.description,
    modality: study.modality,
    bodyPart: study.bodyPart,
    studyDateTime: study.studyDateTime,
    referringPhysician: study.referringPhysician,
    institution: study.institution,
    studyClass: study.studyClass,
    synthetic: study.synthetic,
    callingAeTitle: study.callingAeTitle,
    state: study.state,
    imageCount: study.series.reduce((sum, series) => sum + series.instances.length, 0),
  };
}

/** The snapshot is whole: series it no longer names are gone. */
async function keepSeries(tx: HospitalTx, studyId: string, study: StudySnapshot): Promise<void> {
  await tx.series.deleteMany({ where: { studyId, seriesUid: { notIn: study.series.map(({ seriesUid }) => seriesUid) } } });
  for (const { seriesUid, ...columns } of study.series) {
    await tx.series.upsert({ where: { studyId_seriesUid: { studyId, seriesUid } }, create: { ...columns, studyId, seriesUid }, update: columns });
  }
}
