import { displayName } from '@readroom/shared/dicom/person-name';
import { confidenceText } from '@readroom/shared/finding/confidence';
import { answeredFindings } from '@readroom/shared/priority/counted';
import { explain } from '@readroom/shared/priority/explain';
import { DEFAULT_POLICY } from '@readroom/shared/priority/policy';
import { compareRanked, rank } from '@readroom/shared/priority/rank';
import type { RankInput } from '@readroom/shared/priority/rank';
import type { ResultNote, StudyNote } from './note.ts';
import type { LanAlert, LanRecord } from './record.ts';

/** Studies ranked: more than a hospital makes in the hours a gateway is away; older ones were on its list. */
const RANKED = 500;
const SHOWN = 200;

/** The node's own studies in the order of the list, as far as the node knows: it has no reports, moves or policy of the hospital's. */
export function rankedList(record: LanRecord) {
  return record
    .studies(RANKED)
    .map(({ studyUid, note }) => ({ studyUid, note, ...rank(inputOf(studyUid, note), DEFAULT_POLICY) }))
    .sort(compareRanked)
    .slice(0, SHOWN)
    .map(({ studyUid, note, tier, dueAt, parts }) => ({
      ...who(note),
      studyUid,
      tier,
      dueAt,
      receivedAt: note.receivedAt,
      studyClass: note.studyClass,
      findings: findingsOf(note.results),
      reasons: explain({ parts }).filter(({ code }) => code !== 'arrival').map(({ text, minutes }) => ({ text, minutes })),
    }));
}

export type ListedStudy = ReturnType<typeof rankedList>[number];

/** An alert as the page shows it. */
export function shownAlert(record: LanRecord, alert: LanAlert) {
  const { studyUid, code, side, label, confidence, withdrawn, emittedAt, raisedAt, acknowledgement, communication } = alert;
  const note = record.study(studyUid);
  return {
    studyUid, code, side, label, confidence: confidenceText(confidence), withdrawn, emittedAt, raisedAt,
    patient: note === null ? null : who(note),
    acknowledged: acknowledgement === null ? null : { name: acknowledgement.by.name, at: acknowledgement.at },
    isCommunicated: communication !== null,
  };
}

export type ShownAlert = ReturnType<typeof shownAlert>;

function who({ patientName, patientId, birthDate, sex, accessionNumber, modality, description, synthetic }: StudyNote) {
  return { name: displayName(patientName), patientId, birthDate, sex, accessionNumber, modality, description, synthetic };
}

function inputOf(studyUid: string, { receivedAt, studyClass, results }: StudyNote): RankInput {
  const analyses = results.map(({ modelId, role, status, findings }) => ({ modelId, role, status, live: true, findings: findings.map(({ id, label, severity, confidence }) => ({ id, label, severity, confidence, refused: false })) }));
  return { studyUid, receivedAt, studyClass, analyses, hasPreliminaryReport: false, override: null };
}

function findingsOf(results: readonly ResultNote[]) {
  return answeredFindings(results.map((result) => ({ ...result, live: true }))).map(({ label, side, severity, confidence }) => ({ label, side, severity, confidence: confidenceText(confidence) }));
}
