import type { CanaryAnswer } from '@readroom/shared/wire/edge-down';
import type { Deps } from '../infra/deps.ts';
import type { EdgeLink } from './edge-hub.ts';

/** AL6: the node stored the canary in its outbox, or says why it could not. Whichever gateway leads the run reads it from the database. */
export async function keepCanaryAnswer(deps: Deps, { nodeId, organisation, clockOffsetMs }: EdgeLink, { runId, at, code }: CanaryAnswer): Promise<void> {
  const { client } = await deps.hospital(organisation);
  const asked = { id: runId, nodeId, state: 'running', queuedAt: null };
  const run = await client.canaryRun.findFirst({ where: asked, select: { begunAt: true } });
  if (run === null) return;
  // The node's clock in ours, as far as it can be true.
  const queuedAt = new Date(Math.max(run.begunAt.getTime(), Math.min(at + clockOffsetMs, deps.clock())));
  await client.canaryRun.updateMany({ where: asked, data: code === null ? { queuedAt } : { brokenStage: 'queued', reason: code } });
}
