import { SECOND_MS } from '@readroom/shared/clock';
import type { Service } from '@readroom/shared/service';
import { sendCommand } from '../edge/edge-hub.ts';
import type { Deps } from '../infra/deps.ts';
import { repeat } from '../infra/repeat.ts';
import type { ChainHead } from './chain.ts';
import { holds, sealBatch } from './seal.ts';
import { readWitnesses } from './witness.ts';

const EVERY_MS = SECOND_MS;
/** How often a node is told the newest head, at most. */
const PUBLISH_EVERY_MS = 10 * SECOND_MS;

interface Organisation {
  readonly id: string;
  readonly schemaName: string;
}

interface Known {
  head: ChainHead;
  publishedAt: number;
  publishedSeq: number;
}

/** Chains the audit rows of every hospital, each second, and tells the edge nodes the head (law TN2). */
export function sealerService(deps: Deps): Service {
  const known = new Map<string, Known>();
  const rounds = repeat(() => sealAll(deps, known).catch((error: unknown) => failed(deps, null, error)), EVERY_MS);
  return {
    name: 'audit-sealer',
    async start() {
      void rounds.start();
    },
    stop: () => rounds.stop(),
  };
}

async function sealAll(deps: Deps, known: Map<string, Known>): Promise<void> {
  for (const organisation of await deps.control.organisation.findMany({ select: { id: true, schemaName: true } })) {
    // One hospital's trouble must not leave the others unsealed.
    await sealHospital(deps, known, organisation).catch((error: unknown) => failed(deps, organisation.schemaName, error));
  }
}

async function sealHospital(deps: Deps, known: Map<string, Known>, organisation: Organisation): Promise<void> {
  const mine: Known = known.get(organisation.id) ?? { head: { seq: 0, hash: '' }, publishedAt: 0, publishedSeq: 0 };
  known.set(organisation.id, mine);
  for (let more = true; more; ) {
    const result = await sealBatch(deps.pool, organisation.schemaName, mine.head);
    if (!result) return;
    if (result.contradiction) alarm(deps, organisation.id, mine.head.seq);
    deps.metrics.counter('readroom_audit_sealed_total', 'Audit events given their place in the chain').inc(result.sealed);
    mine.head = result.head;
    more = result.more;
  }
  await publish(deps, organisation, mine);
}

/** Asks the nodes' memory whether the chain is still the one they were told of, then tells them the new head. */
async function publish(deps: Deps, organisation: Organisation, mine: Known): Promise<void> {
  const now = deps.clock();
  if (mine.head.seq === 0 || mine.head.seq === mine.publishedSeq || now - mine.publishedAt < PUBLISH_EVERY_MS) return;
  mine.publishedAt = now;
  mine.publishedSeq = mine.head.seq;
  for (const { head } of await readWitnesses(deps, organisation.id)) {
    if (!(await holds(deps.pool, organisation.schemaName, head))) alarm(deps, organisation.id, head.seq);
  }
  const nodes = await deps.control.edgeNode.findMany({ where: { organisationId: organisation.id, revokedAt: null }, select: { id: true } });
  for (const node of nodes) await sendCommand(deps, node.id, { type: 'audit-head', ...mine.head, sealedAt: now });
}

function alarm(deps: Deps, organisation: string, seq: number): void {
  deps.metrics.counter('readroom_audit_tampered_total', 'Times the audit chain was found changed after it was sealed').inc();
  deps.log.error({ event: 'audit.tampered', organisation, seq });
}

function failed(deps: Deps, schema: string | null, error: unknown): void {
  deps.metrics.counter('readroom_audit_seal_failures_total', 'Rounds in which audit events could not be sealed').inc();
  deps.log.warn({ event: 'audit.seal-failed', schema, err: error });
}
