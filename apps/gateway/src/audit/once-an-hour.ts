import { createHash } from 'node:crypto';
import type { Hospital } from '@readroom/db';
import type { Member } from '@readroom/shared/access/can';
import { HOUR_MS } from '@readroom/shared/clock';
import { perDeps } from '../infra/deps.ts';
import type { Deps } from '../infra/deps.ts';
import { by } from './audit.ts';

/** By person and action: the last hour that was written down, so that the database is asked once an hour. */
const written = perDeps(() => new Map<string, number>());

/**
 * TN2: somebody looks at a page that names patients and renews itself all day long. One event a person, action and hour (by the
 * gateway's clock, ms since epoch divided), however often the page is read and however many gateways serve it.
 */
export async function auditOnceAnHour(deps: Deps, hospital: Hospital, member: Member, action: string): Promise<void> {
  const hour = Math.floor(deps.clock() / HOUR_MS);
  const key = `${member.organisation} ${member.userId} ${action}`;
  if (written(deps).get(key) === hour) return;
  const row = { id: idOf(`${key} ${hour}`), ...by(member), action, subject: { hour: new Date(hour * HOUR_MS).toISOString() } };
  await hospital.client.auditEvent.createMany({ data: [row], skipDuplicates: true });
  written(deps).set(key, hour);
}

/** Always the same for the same text, so that two gateways write one event (RFC 9562, version 8). */
function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}
