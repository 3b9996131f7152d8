import { edgeUpSchema, type EdgeAck, type EdgeUp } from '@readroom/shared/wire/edge-up';
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from '@readroom/shared/wire/version';
import { z } from 'zod';
import { emitAlerts, emitCanary } from '../alert/emit.ts';
import { isDatabaseDown } from '../http/errors.ts';
import { perDeps, type Deps } from '../infra/deps.ts';
import { announceFlagged } from '../quality/announce.ts';
import { offerProposals } from '../report/proposals.ts';
import { ingest, type Ingested, type Speaker } from '../study/ingest.ts';
import { publishPatch } from '../worklist/push.ts';
import { storable } from './storable.ts';

export const MAX_BATCH = 64;
/** A message that fails so often for its own sake, not the database's, is refused: the node parks it and says so. */
const MAX_FAILURES = 5;
/** Failing messages remembered at once. */
const MAX_REMEMBERED = 10_000;

const identitySchema = z.object({ id: z.uuid(), v: z.number().int().optional() });
const failures = perDeps(() => new Map<string, number>());

export interface PushSpeaker extends Speaker {
  readonly nodeEpoch: string;
}

/**
 * Applies a batch in its order and answers for each message that is settled: applied, duplicate or refused for good.
 * A message without an answer was not applied; the node keeps it and tells it again.
 */
export async function applyBatch(deps: Deps, speaker: PushSpeaker, messages: readonly unknown[]): Promise<EdgeAck[]> {
  const acks: EdgeAck[] = [];
  for (const raw of messages) {
    const outcome = await applyOne(deps, speaker, raw);
    if (outcome === 'database-down') break;
    if (outcome) acks.push(outcome);
    deps.metrics.counter('readroom_edge_messages_total', 'Messages of edge nodes, by outcome', ['outcome']).inc({ outcome: outcome?.outcome ?? 'failed' });
  }
  return acks;
}

async function applyOne(deps: Deps, speaker: PushSpeaker, raw: unknown): Promise<EdgeAck | 'database-down' | null> {
  const read = readMessage(speaker, raw);
  if ('refusal' in read) return refuse(deps, speaker, read.refusal);
  try {
    const ingested = await ingest(deps, speaker, read.message);
    failures(deps).delete(ingested.ack.id);
    announce(deps, speaker.organisation, ingested);
    return ingested.ack;
  } catch (error) {
    if (isDatabaseDown(error)) return 'database-down';
    return afterFailure(deps, speaker, read.message.id, error);
  }
}

/** What follows a commit. The acknowledgement does not wait for it: all of it is found again from the database. */
function announce(deps: Deps, organisation: string, { patch, alerts, analysedStudyId, canaryRunId, flagged }: Ingested): void {
  if (patch) publishPatch(deps, organisation, patch);
  void emitAlerts(deps, organisation, alerts);
  if (canaryRunId !== null) void emitCanary(deps, organisation, canaryRunId);
  announceFlagged(deps, organisation, flagged);
  if (analysedStudyId === null) return;
  offerProposals(deps, organisation, analysedStudyId).catch((error: unknown) => deps.log.error({ event: 'report.proposals-failed', studyId: analysedStudyId, err: error }));
}

type Read = { readonly message: EdgeUp } | { readonly refusal: EdgeAck | null };

function readMessage(speaker: PushSpeaker, raw: unknown): Read {
  const identity = identitySchema.safeParse(raw);
  // Nothing to answer to: it can't be acknowledged, and the node finds it unanswered.
  if (!identity.success) return { refusal: null };
  const refusal = (code: string): Read => ({ refusal: { id: identity.data.id, outcome: 'refused', code } });
  const { v = 0 } = identity.data;
  if (v > PROTOCOL_VERSION || v < OLDEST_PROTOCOL_VERSION) return refusal('version-unknown');
  const message = edgeUpSchema.safeParse(storable(raw));
  if (!message.success || !isOneStudy(message.data)) return refusal('message-invalid');
  if (message.data.nodeEpoch !== speaker.nodeEpoch) return refusal('epoch-not-greeted');
  return { message: message.data };
}

/** A result and the snapshot that carries it speak of the same study. */
function isOneStudy({ body }: EdgeUp): boolean {
  return body.type !== 'study-analysed' || body.analysis.studyUid === body.study.studyUid;
}

function refuse(deps: Deps, speaker: Speaker, ack: EdgeAck | null): EdgeAck | null {
  deps.log.warn({ event: 'edge.message-refused', nodeId: speaker.nodeId, messageId: ack?.id ?? null, code: ack?.code ?? 'no-identity' });
  return ack;
}

function afterFailure(deps: Deps, speaker: Speaker, id: string, error: unknown): EdgeAck | null {
  const counts = failures(deps);
  const count = (counts.get(id) ?? 0) + 1;
  counts.delete(id);
  counts.set(id, count);
  for (const oldest of counts.keys()) {
    if (counts.size <= MAX_REMEMBERED) break;
    counts.delete(oldest);
  }
  deps.log.error({ event: 'edge.ingest-failed', nodeId: speaker.nodeId, messageId: id, attempt: count, err: error });
  if (count < MAX_FAILURES) return null;
  counts.delete(id);
  return { id, outcome: 'refused', code: 'ingest-failed' };
}
