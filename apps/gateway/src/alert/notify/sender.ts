import type { Hospital } from '@readroom/db';
import { backoffMs, MAX_ATTEMPTS } from '@readroom/shared/alert/notification';
import { MINUTE_MS, SECOND_MS } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import type { Service } from '@readroom/shared/service';
import { audit } from '../../audit/audit.ts';
import type { Deps } from '../../infra/deps.ts';
import { repeat } from '../../infra/repeat.ts';
import { deliver } from './deliver.ts';
import type { DueNotification } from './deliver.ts';

const EVERY_MS = SECOND_MS;
/** Longer than a sending may take: a gateway that died lets go after it. */
export const LEASE_MS = MINUTE_MS;
/** Sent side by side in one look at a hospital. */
const BATCH = 20;

/** Sends what the ladder has written down, once a second, whichever gateway looks first (AL14). */
export function notificationSender(deps: Deps): Service {
  const looks = repeat(() => sendEverywhere(deps), EVERY_MS);
  return {
    name: 'notification-sender',
    async start() {
      void looks.start();
    },
    stop: () => looks.stop(),
  };
}

/** One look at every hospital, side by side: a slow receiver of one holds up no other. Never throws. */
export async function sendEverywhere(deps: Deps): Promise<void> {
  const organisations = await deps.control.organisation.findMany({ select: { id: true } }).catch((error: unknown) => {
    failed(deps, error);
    return [];
  });
  await Promise.all(organisations.map(({ id }) => deps.hospital(id).then((hospital) => sendDue(deps, hospital)).catch((error: unknown) => failed(deps, error, id))));
}

function failed(deps: Deps, error: unknown, organisation?: string): void {
  deps.metrics.counter('readroom_notification_look_failures_total', 'Looks for alert messages to send that failed').inc();
  deps.log.error({ event: 'alert.notify-failed', organisation, err: error });
}

/** Sends the due ones of one hospital, under a lease each. */
export async function sendDue(deps: Deps, hospital: Hospital): Promise<void> {
  const due = await lease(deps, hospital);
  await Promise.all(due.map((one) => sendOne(deps, hospital, one)));
}

type Leased = DueNotification & { readonly attempts: number; readonly createdAt: Date; readonly alert: { readonly state: string } | null };

/** Two gateways never hold the same one: a row that another is looking at is skipped. */
async function lease(deps: Deps, { client, schema }: Hospital): Promise<Leased[]> {
  const now = new Date(deps.clock());
  const until = new Date(now.getTime() + LEASE_MS);
  const found = await client.$queryRawUnsafe<{ id: string }[]>(
    `update "${schema}".notification set leased_until = $1, attempts = attempts + 1 where id in (
       select id from "${schema}".notification where state = 'pending' and next_at <= $2 and (leased_until is null or leased_until <= $2)
       order by next_at, id limit ${BATCH} for update skip locked
     ) returning id`,
    until, now,
  );
  if (found.length === 0) return [];
  return client.notification.findMany({ where: { id: { in: found.map(({ id }) => id) } }, include: { channel: true, alert: { select: { state: true } } } });
}

async function sendOne(deps: Deps, hospital: Hospital, leased: Leased): Promise<void> {
  // Somebody took the alert meanwhile: nobody has to be called for it any more.
  if (leased.alert !== null && leased.alert.state !== 'open') return settle(deps, hospital, leased, 'not-needed', null);
  try {
    await deliver(deps, leased);
  } catch (error) {
    const known = error instanceof AppError ? error : new AppError('failed', { class: 'transient', cause: error });
    return known.class === 'permanent' || leased.attempts >= MAX_ATTEMPTS ? giveUp(deps, hospital, leased, known) : postpone(deps, hospital, leased, known);
  }
  await settle(deps, hospital, leased, 'sent', null);
}

async function settle(deps: Deps, { client }: Hospital, { id, channel, createdAt }: Leased, state: 'sent' | 'not-needed' | 'dead', lastError: string | null): Promise<void> {
  const now = deps.clock();
  await client.notification.update({ where: { id }, data: { state, lastError, leasedUntil: null, settledAt: new Date(now) } });
  count(deps, channel.kind, state);
  if (state === 'sent') deps.metrics.histogram('readroom_notification_sent_seconds', 'From recording a step to the receiver’s answer', ['kind'], [1, 2, 5, 15, 60, 300, 1_200]).observe({ kind: channel.kind }, Math.max(0, now - createdAt.getTime()) / SECOND_MS);
}

async function postpone(deps: Deps, { client }: Hospital, { id, channel, attempts }: Leased, { code }: AppError): Promise<void> {
  await client.notification.update({ where: { id }, data: { lastError: code, leasedUntil: null, nextAt: new Date(deps.clock() + backoffMs(attempts)) } });
  count(deps, channel.kind, 'failed');
}

/** In sight of administrators and on the alert's chain from now on. */
async function giveUp(deps: Deps, hospital: Hospital, leased: Leased, { code }: AppError): Promise<void> {
  await settle(deps, hospital, leased, 'dead', code);
  await audit(hospital.client, { actor: 'system', role: 'system', action: 'notification.dead', subject: { notificationId: leased.id, code, attempts: leased.attempts } });
  deps.log.error({ event: 'alert.notification-dead', organisation: hospital.organisationId, notificationId: leased.id, code });
}

function count(deps: Deps, kind: string, outcome: string): void {
  deps.metrics.counter('readroom_notifications_total', 'Alert messages beside the browsers, by what became of a try', ['kind', 'outcome']).inc({ kind, outcome });
}
