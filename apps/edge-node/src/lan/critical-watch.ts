import { randomUUID } from 'node:crypto';
import type { Said } from '@readroom/shared/alert/communication';
import type { Clock } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import type { Service } from '@readroom/shared/service';
import type { AlertAcknowledged } from '@readroom/shared/wire/alert-acknowledged';
import type { EdgeUpBody } from '@readroom/shared/wire/edge-up';
import { lookAgain } from '../infra/look-again.ts';
import type { SetTimer } from '../infra/timers.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { noteBody, noteQueued } from './note-body.ts';
import type { LanAlert, LanPerson, LanRecord } from './record.ts';

export interface CriticalWatchOptions {
  readonly record: LanRecord;
  readonly outbox: Pick<Outbox, 'put' | 'holds'>;
  readonly clock: Clock;
  readonly setTimer: SetTimer;
  /** How long the gateway has to acknowledge a critical result, ms. */
  readonly afterMs: number;
  /** A mail is queued with each alert. */
  readonly hasMail?: boolean;
  readonly watch: { raised(): void; failed(error: unknown): void };
}

export interface Identity {
  readonly studyUid: string;
  readonly code: string;
  readonly side: LanAlert['side'];
}

/** AL7: what the node says goes through here into the outbox, and a critical result is watched until the gateway has it. */
export interface CriticalWatch extends Service {
  /** As the outbox's, which it never keeps from storing. */
  put(body: EdgeUpBody, traceparent?: string | null): Promise<void>;
  /** Looks at everything that waits; by itself once a second. */
  look(): Promise<void>;
  /** Those that ring: raised, not taken by anybody here, and not yet with the gateway. */
  open(): LanAlert[];
  /** Everything raised here that is not with the gateway. */
  standing(): LanAlert[];
  /**
   * Durable when it resolves; the gateway hears of it as soon as it can be reached. `said` may come with it or later, once.
   * @throws AppError `not-found`, `conflict` with the name of who was first
   */
  acknowledge(identity: Identity, by: LanPerson, said: Said | null): Promise<LanAlert>;
}

const LOOK_EVERY_MS = 1_000;

export function createCriticalWatch(options: CriticalWatchOptions): CriticalWatch {
  const { record, outbox, clock, setTimer, watch } = options;

  /** The page is the second line: whatever fails in its record, the outbox is told. */
  function tolerant(work: () => void): void {
    try {
      work();
    } catch (error) {
      watch.failed(error);
    }
  }

  const looks = lookAgain(() => lookOnce(options).catch((error: unknown) => watch.failed(error)), setTimer, LOOK_EVERY_MS);
  const standing = (): LanAlert[] => record.unsettled().filter(({ raisedAt, deliveredAt }) => raisedAt !== null && deliveredAt === null);
  return {
    name: 'critical-watch',
    ...looks,
    async put(body, traceparent) {
      tolerant(() => noteBody(record, body, clock()));
      await outbox.put(body, traceparent);
      tolerant(() => noteQueued(record, body));
    },
    standing,
    open: () => standing().filter(({ acknowledgement }) => acknowledgement === null),
    async acknowledge(identity, by, said) {
      const alert = find(record, identity);
      if (!alert || alert.raisedAt === null) throw new AppError('not-found', { class: 'permanent', message: 'There is no such alert here. Look at the list again.' });
      const changed = { ...alert, ...taken(alert, by, said, clock()), told: false };
      record.putAlert(changed);
      // What the outbox has no room for now is told by a later look.
      await tell(options, identity).catch((error: unknown) => watch.failed(error));
      return changed;
    },
  };
}

async function lookOnce(options: CriticalWatchOptions): Promise<void> {
  const unsettled = options.record.unsettled();
  // Nothing is waited for before the last of them: what somebody does at the page meanwhile must not be written over.
  for (const alert of unsettled) judge(options, alert);
  for (const alert of unsettled) if (!alert.told) await tell(options, alert);
}

/** Whether the gateway has it by now, and if not, whether its time is over. */
function judge({ record, outbox, clock, afterMs, hasMail, watch }: CriticalWatchOptions, alert: LanAlert): void {
  if (alert.deliveredAt !== null) return;
  const now = clock();
  if (alert.queued && !outbox.holds(alert.message)) return record.putAlert({ ...alert, deliveredAt: now });
  // A clock that was set back must not keep it silent.
  const isOver = now - alert.emittedAt >= afterMs || now < alert.emittedAt;
  if (alert.raisedAt !== null || !isOver) return;
  record.together(() => {
    record.putAlert({ ...alert, raisedAt: now });
    if (hasMail === true) record.putMail({ studyUid: alert.studyUid, code: alert.code, side: alert.side, id: randomUUID(), state: 'pending', attempts: 0, dueAt: now });
  });
  watch.raised();
}

async function tell({ record, outbox }: CriticalWatchOptions, identity: Identity): Promise<void> {
  const alert = find(record, identity);
  if (!alert?.acknowledgement) return;
  await outbox.put(messageOf(alert, alert.acknowledgement));
  // What was said here meanwhile is told in the next look.
  const now = find(record, identity);
  if (now && now.communication?.id === alert.communication?.id) record.putAlert({ ...now, told: true });
}

function find(record: LanRecord, { studyUid, code, side }: Identity): LanAlert | undefined {
  return record.alertsOf(studyUid).find((alert) => alert.code === code && alert.side === side);
}

function taken({ acknowledgement, communication }: LanAlert, by: LanPerson, said: Said | null, at: number): Pick<LanAlert, 'acknowledgement' | 'communication'> {
  if (acknowledgement !== null && said === null) throw takenBy(acknowledgement.by.name, 'acknowledged this alert');
  if (communication !== null) throw takenBy(communication.by.name, 'recorded who was told');
  return { acknowledgement: acknowledgement ?? { id: randomUUID(), by, at }, communication: said === null ? null : { id: randomUUID(), by, at, said } };
}

function takenBy(name: string, what: string): AppError {
  return new AppError('conflict', { class: 'permanent', message: `${name} has ${what} already. Nothing more is to be done.` });
}

function messageOf({ studyUid, code, side, communication }: LanAlert, acknowledgement: NonNullable<LanAlert['acknowledgement']>): AlertAcknowledged {
  return { type: 'alert-acknowledged', study: { studyUid }, findingCode: code, side: side === 'none' ? null : side, acknowledgement, communication };
}
