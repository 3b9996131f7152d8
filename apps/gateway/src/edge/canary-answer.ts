import type { CanaryAnswer } from '@readroom/shared/wire/edge-down';
import type { Deps } from '../infra/deps.ts';
import type { EdgeLink } from './edge-hub.ts';

/** AL6: the node stored the canary in its outbox, or says why it could not. Whichever gateway leads the run reads it from the database. */
export async function keepCanaryAnswer(deps: Deps, { nodeId, organisation, clockOffsetMs }: EdgeLink, { runId, at, code }: CanaryAnswer): Promise<void> {
  const { client } = await deps.hospital(organisation);
  const asked = { id: runId, nodeId, state: 'running', queuedAt: null };
  const data = code === null ? { queuedAt: new Date(Math.min(at + clockOffsetMs, deps.clock())) } : { brokenStage: 'queued', reason: code };
  await client.canaryRun.updateMany({ where: asked, data });
}
