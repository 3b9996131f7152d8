import type { Hospital, HospitalTx } from '@readroom/db';
import type { AlertEventMessage } from '@readroom/shared/alert/alert';
import type { EdgeAck, EdgeUp } from '@readroom/shared/wire/edge-up';
import { raiseAlerts } from '../alert/raise.ts';
import { keepPriors } from '../pacs/keep-priors.ts';
import { NODE_ACTOR, audit } from '../audit/audit.ts';
import type { Deps } from '../infra/deps.ts';
import { refreshWorklistItem, type RowPatch } from '../worklist/refresh.ts';
import { nextRevision } from '../worklist/revision.ts';
import { keepAnalysis } from './analysis-row.ts';
import { inTransaction } from './retry.ts';
import { keepSnapshot, type Said } from './snapshot.ts';

/** Who speaks. The organisation is the node's own: a message can't name another. */
export interface Speaker {
  readonly nodeId: string;
  readonly organisation: string;
  /** Add to the node's clock to get ours, ms. */
  readonly clockOffsetMs: number;
}

export interface Ingested {
  readonly ack: EdgeAck;
  /** To publish now that it is committed; null when nothing was written. */
  readonly patch: RowPatch | null;
  readonly alerts: readonly AlertEventMessage[];
  /** The study whose findings may have changed; null when none did. */
  readonly analysedStudyId: string | null;
}

/**
 * One message of an edge node, in ONE transaction: identity, study, analysis, alerts, rank, journal, row, audit (laws AL1, ED2).
 * Resolves after the commit; only then may the node be told. Throws what the database threw: the node tells it again.
 */
export async function ingest(deps: Deps, speaker: Speaker, message: EdgeUp): Promise<Ingested> {
  const hospital = await deps.hospital(speaker.organisation);
  if (await isKnown(hospital, message.id)) return duplicate(message.id);
  const isSwitchedOn = message.body.type !== 'study-analysed' || (await isModelOn(deps, message.body.analysis.model.id));
  return inTransaction(hospital, (tx) => apply(tx, deps, speaker, message, isSwitchedOn));
}

async function apply(tx: HospitalTx, deps: Deps, speaker: Speaker, message: EdgeUp, isSwitchedOn: boolean): Promise<Ingested> {
  const revision = await nextRevision(tx);
  if (!(await claimIdentity(tx, speaker, message))) return duplicate(message.id);
  const now = deps.clock();
  const said: Said = { ...speaker, nodeEpoch: message.nodeEpoch, seq: message.seq, now };
  const study = await keepSnapshot(tx, message.body.study, said);
  const isAnalysed = message.body.type === 'study-analysed' && (await keepAnalysis(tx, study.id, message.body.analysis, said, isSwitchedOn));
  const hasPriors = message.body.type === 'study-priors' && (await keepPriors(tx, study.id, message.body, said));
  const { organisation } = speaker;
  const alerts = isAnalysed ? await raiseAlerts(tx, deps, { organisation, studyId: study.id, revision: BigInt(revision), now }) : [];
  const ack: EdgeAck = { id: message.id, outcome: 'applied', code: null };
  const analysedStudyId = isAnalysed ? study.id : null;
  if (study.changed || isAnalysed || hasPriors) await audit(tx, auditEntry(speaker, message, study.id));
  if (!study.changed && !isAnalysed) return { ack, patch: { prev: revision - 1, rev: revision, upserts: [], removed: [] }, alerts, analysedStudyId };
  const patch = await refreshWorklistItem(tx, study.id, isAnalysed ? 'analysed' : 'received', revision);
  return { ack, patch, alerts, analysedStudyId };
}

async function isKnown(hospital: Hospital, id: string): Promise<boolean> {
  return (await hospital.client.edgeMessage.findUnique({ where: { id }, select: { id: true } })) !== null;
}

/** At least once + this = once (law ED2): false when the message was applied before. */
async function claimIdentity(tx: HospitalTx, speaker: Speaker, message: EdgeUp): Promise<boolean> {
  const row = { id: message.id, nodeId: speaker.nodeId, type: message.body.type, outcome: 'applied' };
  const { count } = await tx.edgeMessage.createMany({ data: [row], skipDuplicates: true });
  return count === 1;
}

/** PR9: a model whose feature is switched off is stored and touches nothing. A model without a feature is on. */
async function isModelOn(deps: Deps, modelId: string): Promise<boolean> {
  const off = await deps.control.aiFeature.findFirst({ where: { enabled: false, modelIds: { has: modelId } }, select: { key: true } });
  return off === null;
}

function duplicate(id: string): Ingested {
  return { ack: { id, outcome: 'duplicate', code: null }, patch: null, alerts: [], analysedStudyId: null };
}

function auditEntry(speaker: Speaker, message: EdgeUp, studyId: string) {
  const { body } = message;
  const subject = { studyId, studyUid: body.study.studyUid, messageId: message.id };
  const who = { actor: `${NODE_ACTOR}${speaker.nodeId}`, role: 'node' };
  switch (body.type) {
    case 'study-received':
      return { ...who, action: 'study.received', subject };
    case 'study-analysed':
      return { ...who, action: 'study.analysed', subject: { ...subject, modelId: body.analysis.model.id, status: body.analysis.status } };
    case 'study-priors':
      return { ...who, action: 'study.priors', subject: { ...subject, priors: body.priors.length, answered: body.problem === null } };
    default:
      return body satisfies never;
  }
}
