import { MINUTE_MS, SECOND_MS } from '@readroom/shared/clock';
import type { Service } from '@readroom/shared/service';
import { CLOSE } from '@readroom/shared/wire/close-codes';
import type { Deps } from '../infra/deps.ts';
import { edgeHub } from './edge-hub.ts';
import { refusalWords } from './identity/node-auth.ts';

/** AL7: a node silent for so long is said to hospital IT. */
export const SILENT_AFTER_MS = MINUTE_MS;
/** RFC 6455's "normal closure": the node connects again at once. */
const KEY_CHANGED = 1000;
const LOOK_EVERY_MS = 2 * SECOND_MS;

/** Watches that nodes speak, and cuts those off that were revoked or whose key was replaced. */
export function nodeWatchService(deps: Deps): Service {
  const silent = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  const look = (): void => {
    looking = lookAtNodes(deps, silent).catch((error: unknown) => deps.log.warn({ event: 'edge.watch-failed', err: error }));
  };
  return {
    name: 'node-watch',
    async start() {
      timer = setInterval(look, LOOK_EVERY_MS);
    },
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}

/** One look; `silent` remembers who was already reported. */
export async function lookAtNodes(deps: Deps, silent: Set<string>): Promise<void> {
  const nodes = await deps.control.edgeNode.findMany({ select: { id: true, organisationId: true, keyHash: true, revokedAt: true, lastSeenAt: true } });
  cutOff(deps, new Map(nodes.map((node) => [node.id, node])));
  // A node that never spoke is being installed, not silent.
  const watched = nodes.filter((node) => !node.revokedAt && node.lastSeenAt !== null);
  for (const node of watched) report(deps, silent, node, deps.clock() - (node.lastSeenAt?.getTime() ?? 0) > SILENT_AFTER_MS);
  for (const nodeId of silent) if (!watched.some((node) => node.id === nodeId)) silent.delete(nodeId);
  deps.metrics.gauge('readroom_edge_nodes_silent', 'Edge nodes that said nothing for 60 s').set(silent.size);
}

function cutOff(deps: Deps, nodes: ReadonlyMap<string, { readonly keyHash: string | null; readonly revokedAt: Date | null }>): void {
  for (const link of edgeHub(deps).links()) {
    const node = nodes.get(link.nodeId);
    if (!node || node.revokedAt) link.close(CLOSE.forbidden, refusalWords('revoked'));
    else if (node.keyHash !== link.keyId) link.close(KEY_CHANGED, 'This node has another key now: come back with it.');
  }
}

function report(deps: Deps, silent: Set<string>, node: { readonly id: string; readonly organisationId: string; readonly lastSeenAt: Date | null }, isSilent: boolean): void {
  if (isSilent === silent.has(node.id)) return;
  const fields = { nodeId: node.id, organisation: node.organisationId, lastSeenAt: node.lastSeenAt?.toISOString() ?? null };
  if (isSilent) {
    silent.add(node.id);
    deps.log.error({ event: 'edge.node-silent', ...fields });
  } else {
    silent.delete(node.id);
    deps.log.info({ event: 'edge.node-back', ...fields });
  }
}
