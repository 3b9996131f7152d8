import type { Hospital, HospitalTx } from '@readroom/db';
import type { AlertEventMessage } from '@readroom/shared/alert/alert';
import type { EdgeAck, EdgeUp } from '@readroom/shared/wire/edge-up';
import type { AlertAcknowledged } from '@readroom/shared/wire/alert-acknowledged';
import type { LanAudit } from '@readroom/shared/wire/lan-audit';
import type { PriorFetched } from '@readroom/shared/wire/prior-fetched';
import type { StudyDeleted } from '@readroom/shared/wire/study-deleted';
import { askedRun, rehearse } from '../alert/canary/rehearse.ts';
import { auditOfPage, keepAcknowledgement } from '../alert/hospital-page/keep.ts';
import { raiseAlerts } from '../alert/raise.ts';
import { endFetch } from '../pacs/end-fetch.ts';
import { keepPriors } from '../pacs/keep-priors.ts';
import { keepQuality } from '../quality/keep-quality.ts';
import type { FlaggedSeries } from '../quality/keep-quality.ts';
import { NODE_ACTOR, audit } from '../audit/audit.ts';
import type { Deps } from '../infra/deps.ts';
import { refreshWorklistItem, type RowPatch } from '../worklist/refresh.ts';
import { nextRevision } from '../worklist/revision.ts';
import { keepAnalysis } from './analysis-row.ts';
import { keepDeletion } from './keep-deletion.ts';
import { inTransaction } from './retry.ts';
import { keepSnapshot, type Said } from './snapshot.ts';

/** Who speaks. The organisation is the node's own: a message can't name another. */
export interface Speaker {
  readonly nodeId: string;
  readonly organisation: string;
  /** Add to the node's clock to get ours, ms. */
  readonly clockOffsetMs: number;
  /** The node's clock when it sent, ms since epoch; null or absent where it did not say. */
  readonly sentAt?: number | null;
}

export interface Ingested {
  readonly ack: EdgeAck;
  /** To publish now that it is committed; null when nothing was written. */
  readonly patch: RowPatch | null;
  readonly alerts: readonly AlertEventMessage[];
  /** The study whose findings may have changed; null when none did. */
  readonly analysedStudyId: string | null;
  /** The run a canary answered; null for everything real (AL6). */
  readonly canaryRunId: string | null;
  /** Series that were flagged for a technologist just now. */
  readonly flagged: readonly FlaggedSeries[];
}

/**
 * One message of an edge node, in ONE transaction: identity, study, analysis, alerts, rank, journal, row, audit (laws AL1, ED2).
 * Resolves after the commit; only then may the node be told. Throws what the database threw: the node tells it again.
 */
export async function ingest(deps: Deps, speaker: Speaker, message: EdgeUp): Promise<Ingested> {
  const receivedAt = deps.clock();
  const hospital = await deps.hospital(speaker.organisation);
  if (await isKnown(hospital, message.id)) return duplicate(message.id);
  const isSwitchedOn = message.body.type !== 'study-analysed' || (await isModelOn(deps, message.body.analysis.model.id));
  return inTransaction(hospital, (tx) => apply(tx, deps, { hospital, speaker, message, receivedAt, isSwitchedOn }));
}

interface Applying {
  readonly hospital: Hospital;
  readonly speaker: Speaker;
  readonly message: EdgeUp;
  readonly receivedAt: number;
  readonly isSwitchedOn: boolean;
}

async function apply(tx: HospitalTx, deps: Deps, applying: Applying): Promise<Ingested> {
  const { speaker, message } = applying;
  const revision = await nextRevision(tx);
  if (!(await claimIdentity(tx, speaker, message))) return duplicate(message.id);
  const run = await askedRun(tx, speaker, message.body);
  if (run === null) return keep(tx, deps, applying, revision);
  if (run.isRunning) await rehearse(tx, deps, run, { ...applying, revision }, async () => (await keep(tx, deps, applying, revision)).alerts);
  return { ...unlisted(message.id, revision), canaryRunId: run.id };
}

async function keep(tx: HospitalTx, deps: Deps, { speaker, message, isSwitchedOn }: Applying, revision: number): Promise<Ingested> {
  const now = deps.clock();
  const said: Said = { ...speaker, nodeEpoch: message.nodeEpoch, seq: message.seq, now };
  const { body } = message;
  if (body.type === 'lan-audit') {
    await auditOfPage(tx, speaker, body);
    return unlisted(message.id, revision);
  }
  if (body.type === 'alert-acknowledged') {
    const { patch, alerts } = await keepAcknowledgement(tx, deps, { speaker, revision, now }, body);
    return { ...unlisted(message.id, revision), alerts, ...(patch === null ? {} : { patch }) };
  }
  if (isAboutUid(body)) {
    await (body.type === 'prior-fetched' ? endFetch(tx, body) : keepDeletion(tx, body, said));
    await audit(tx, auditEntry(speaker, { ...message, body }));
    return unlisted(message.id, revision);
  }
  const study = await keepSnapshot(tx, body.study, said, CAME_AS[body.type]);
  const isAnalysed = body.type === 'study-analysed' && (await keepAnalysis(tx, study.id, body.analysis, said, isSwitchedOn));
  const hasPriors = body.type === 'study-priors' && (await keepPriors(tx, study.id, body, said));
  // A prior is of a patient who left long ago: it is kept, and nobody is called.
  const flagged = body.type === 'study-analysed' ? await keepQuality(tx, study.id, body.analysis, said, study.fetchedAsPrior) : [];
  const { organisation } = speaker;
  // PS3: a prior rings nobody, whoever has it analysed; once it is a study like any other it does.
  const alerts = study.cameToBeRead || (isAnalysed && !study.fetchedAsPrior) ? await raiseAlerts(tx, deps, { organisation, studyId: study.id, revision: BigInt(revision), now }) : [];
  const analysedStudyId = isAnalysed && !study.fetchedAsPrior ? study.id : null;
  if (study.changed || isAnalysed || hasPriors) await audit(tx, auditEntry(speaker, { ...message, body }, study.id));
  if (!study.changed && !isAnalysed) return { ...unlisted(message.id, revision), alerts, flagged };
  const patch = await refreshWorklistItem(tx, study.id, isAnalysed ? 'analysed' : 'received', revision);
  return { ack: applied(message.id), patch, alerts, analysedStudyId, canaryRunId: null, flagged };
}

const CAME_AS = { 'study-received': 'study', 'prior-received': 'prior', 'study-analysed': 'unsaid', 'study-priors': 'unsaid' } as const;

function isAboutUid(body: EdgeUp['body']): body is PriorFetched | StudyDeleted {
  return body.type === 'prior-fetched' || body.type === 'study-deleted';
}

function applied(id: string): EdgeAck {
  return { id, outcome: 'applied', code: null };
}

/** Something was kept, and no row of the list changed with it: only the revision was taken. */
function unlisted(id: string, revision: number): Ingested {
  const patch = { prev: revision - 1, rev: revision, upserts: [], removed: [] };
  return { ack: applied(id), patch, alerts: [], analysedStudyId: null, canaryRunId: null, flagged: [] };
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
  return { ack: { id, outcome: 'duplicate', code: null }, patch: null, alerts: [], analysedStudyId: null, canaryRunId: null, flagged: [] };
}

/** A message about a study; what was done at a node's own page is audited as that person's. */
type OfNode = EdgeUp & { readonly body: Exclude<EdgeUp['body'], AlertAcknowledged | LanAudit> };

function auditEntry(speaker: Speaker, { id: messageId, body }: Pick<OfNode, 'id' | 'body'>, studyId?: string) {
  const subject = { ...(studyId === undefined ? {} : { studyId }), studyUid: body.study.studyUid, messageId };
  const who = { actor: `${NODE_ACTOR}${speaker.nodeId}`, role: 'node' };
  switch (body.type) {
    case 'study-received':
      return { ...who, action: 'study.received', subject };
    case 'study-analysed':
      return { ...who, action: 'study.analysed', subject: { ...subject, modelId: body.analysis.model.id, status: body.analysis.status } };
    case 'study-priors':
      return { ...who, action: 'study.priors', subject: { ...subject, priors: body.priors.length, answered: body.problem === null } };
    case 'study-deleted':
      return { ...who, action: 'study.deleted', subject };
    case 'prior-received':
      return { ...who, action: 'prior.received', subject };
    case 'prior-fetched':
      return { ...who, action: 'prior.fetched', subject: { ...subject, whole: body.problem === null } };
    default:
      return body satisfies never;
  }
}
