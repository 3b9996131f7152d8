import { MINUTE_MS, SECOND_MS } from '@readroom/shared/clock';
import type { ListedNode } from '../lib/admin-api.ts';
import { absoluteText, spanText } from '../lib/time.ts';

/** A node that has said nothing for so long is called silent (law AL7). */
const SILENT_AFTER_MS = MINUTE_MS;
const QUEUE_OLD_MS = 30 * SECOND_MS;
const DISK_LOW_BYTES = 5e9;

export interface NodeHealth {
  readonly state: 'online' | 'trouble' | 'offline' | 'new' | 'revoked';
  readonly title: string;
  /** What is safe and what to do. */
  readonly remedy: string;
}

/** What is wrong first, with the remedy; everything green is one calm line. */
export function healthOf(node: ListedNode, now: number): NodeHealth {
  if (node.revokedAt !== null) return { state: 'revoked', title: `Revoked ${absoluteText(node.revokedAt)}`, remedy: 'It can’t come back. Add a new node.' };
  if (!node.enrolled) return { state: 'new', title: 'Not enrolled', remedy: 'Run readroom-edge enrol on its machine, with a code from here. A code is good for 15 minutes.' };
  if (node.lastSeenAt === null) return { state: 'new', title: 'Never connected', remedy: 'It has a key. Set its READROOM_GATEWAY_URL to this address, and start it.' };
  const silent = now - node.lastSeenAt;
  if (silent > SILENT_AFTER_MS) {
    return {
      state: 'offline',
      title: `Offline since ${absoluteText(node.lastSeenAt)}`,
      remedy: 'Studies are still received and analysed there and are sent when it reconnects; images can’t be shown until then. Check that the node runs and reaches this address.',
    };
  }
  const { status } = node;
  if (status !== null && status.diskFreeBytes < DISK_LOW_BYTES) return { state: 'trouble', title: `${gigabytes(status.diskFreeBytes)} GB of disk left`, remedy: 'At zero it refuses studies (A700) and the modality keeps them. Make room now.' };
  const oldest = status?.oldestQueuedAt ?? null;
  if (oldest !== null && now - oldest > QUEUE_OLD_MS) return { state: 'trouble', title: `Results wait ${spanText(now - oldest)}`, remedy: 'They are kept at the node and sent in order. Check the line from the node to this address.' };
  return { state: 'online', title: 'Online', remedy: '' };
}

export function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0);
}
