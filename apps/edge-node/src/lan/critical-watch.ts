import { randomUUID } from 'node:crypto';
import { reconcileAlerts } from '@readroom/shared/alert/reconcile';
import type { Said } from '@readroom/shared/alert/communication';
import type { Clock } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import type { Service } from '@readroom/shared/service';
import type { AlertAcknowledged } from '@readroom/shared/wire/alert-acknowledged';
import type { EdgeUpBody } from '@readroom/shared/wire/edge-up';
import type { SetTimer } from '../infra/timers.ts';
import { identityOf } from '../outbox/identity.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { noteOf, withResult } from './note.ts';
import type { ResultNote } from './note.ts';
import type { LanAlert, LanPerson, LanRecord } from './record.ts';

export interface CriticalWatchOptions {
  readonly record: LanRecord;
  readonly outbox: Pick<Outbox, 'put' | 'holds'>;
  readonly clock: Clock;
  readonly setTimer: SetTimer;
  /** How long the gateway has to acknowledge a critical result, ms. */
  readonly afterMs: number;
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

export function createCriticalWatch({ record, outbox, clock, setTimer, afterMs, watch }: CriticalWatchOptions): CriticalWatch {
  let cancel: (() => void) | null = null;
  let looking: Promise<void> | null = null;

  function note(body: EdgeUpBody): void {
    if (body.type !== 'study-received' && body.type !== 'study-analysed') return;
    const { studyUid } = body.study;
    record.together(() => {
      const before = record.study(studyUid)?.results ?? [];
      const results = body.type === 'study-analysed' ? withResult(before, body.analysis) : before;
      record.putStudy(studyUid, noteOf(body.study, results));
      if (body.type === 'study-analysed') reconcile(studyUid, results, identityOf(body));
    });
  }

  /** AL8, by the gateway's own rule; what is new and critical is watched from now on. */
  function reconcile(studyUid: string, results: readonly ResultNote[], message: string): void {
    const known = record.alertsOf(studyUid);
    const analyses = results.map((result) => ({ ...result, live: true, findings: result.findings.map((finding) => ({ ...finding, refused: false })) }));
    const { raise, update, withdraw } = reconcileAlerts(known.map((alert) => ({ ...alert, alertId: alertKey(alert) })), analyses);
    for (const { id: findingId, label, severity, confidence, code, side } of raise.filter((draft) => draft.severity === 'critical')) {
      record.putAlert({ studyUid, code, side, message, queued: false, emittedAt: clock(), deliveredAt: null, raisedAt: null, told: true, findingId, label, severity, confidence, withdrawn: false, acknowledgement: null, communication: null });
    }
    for (const alert of known) {
      const draft = update.find(({ alertId }) => alertId === alertKey(alert))?.draft;
      const isGone = withdraw.includes(alertKey(alert));
      // One whose first message never reached the outbox is carried by this one.
      const carried = alert.queued ? alert.message : message;
      if (draft) record.putAlert({ ...alert, message: carried, findingId: draft.id, label: draft.label, severity: draft.severity, confidence: draft.confidence, withdrawn: false });
      else if (isGone || carried !== alert.message) record.putAlert({ ...alert, message: carried, withdrawn: alert.withdrawn || isGone });
    }
  }

  function queued(body: EdgeUpBody): void {
    if (body.type !== 'study-analysed') return;
    const message = identityOf(body);
    for (const alert of record.alertsOf(body.study.studyUid)) if (alert.message === message && !alert.queued) record.putAlert({ ...alert, queued: true });
  }

  /** The page is the second line: whatever fails in its record, the outbox is told. */
  function tolerant(work: () => void): void {
    try {
      work();
    } catch (error) {
      watch.failed(error);
    }
  }

  async function lookOnce(): Promise<void> {
    const now = clock();
    const unsettled = record.unsettled();
    // Nothing is waited for in here: what somebody does at the page meanwhile must not be written over.
    for (const alert of unsettled) {
      const isWithGateway = alert.queued && !outbox.holds(alert.message);
      if (alert.deliveredAt === null && isWithGateway) record.putAlert({ ...alert, deliveredAt: now });
      // A clock that was set back must not keep it silent.
      else if (alert.deliveredAt === null && alert.raisedAt === null && (now - alert.emittedAt >= afterMs || now < alert.emittedAt)) {
        record.putAlert({ ...alert, raisedAt: now });
        watch.raised();
      }
    }
    for (const alert of unsettled) if (!alert.told) await tell(alert);
  }

  async function tell({ studyUid, code, side }: Identity): Promise<void> {
    const alert = find({ studyUid, code, side });
    if (!alert?.acknowledgement) return;
    await outbox.put(messageOf(alert, alert.acknowledgement));
    // What was said here meanwhile is told in the next look.
    const now = find({ studyUid, code, side });
    if (now && now.communication?.id === alert.communication?.id) record.putAlert({ ...now, told: true });
  }

  function find({ studyUid, code, side }: Identity): LanAlert | undefined {
    return record.alertsOf(studyUid).find((alert) => alert.code === code && alert.side === side);
  }

  function look(): Promise<void> {
    looking ??= lookOnce()
      .catch((error: unknown) => watch.failed(error))
      .finally(() => (looking = null));
    return looking;
  }

  function again(): void {
    cancel = setTimer(() => void look().then(again), LOOK_EVERY_MS);
  }

  const standing = (): LanAlert[] => record.unsettled().filter(({ raisedAt, deliveredAt }) => raisedAt !== null && deliveredAt === null);
  return {
    name: 'critical-watch',
    async put(body, traceparent) {
      tolerant(() => note(body));
      await outbox.put(body, traceparent);
      tolerant(() => queued(body));
    },
    look,
    standing,
    open: () => standing().filter(({ acknowledgement }) => acknowledgement === null),
    async acknowledge(identity, by, said) {
      const alert = find(identity);
      if (!alert || alert.raisedAt === null) throw new AppError('not-found', { class: 'permanent', message: 'There is no such alert here. Look at the list again.' });
      const changed = { ...alert, ...taken(alert, by, said, clock()), told: false };
      record.putAlert(changed);
      // What the outbox has no room for now is told by a later look.
      await tell(identity).catch((error: unknown) => watch.failed(error));
      return changed;
    },
    start() {
      again();
      return Promise.resolve();
    },
    async stop() {
      cancel?.();
      await looking;
    },
  };
}

const alertKey = ({ code, side }: Pick<LanAlert, 'code' | 'side'>): string => `${code}|${side}`;

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
