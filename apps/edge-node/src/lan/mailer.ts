import { MAX_ATTEMPTS, backoffMs } from '@readroom/shared/alert/notification';
import type { Clock } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import type { Service } from '@readroom/shared/service';
import { lookAgain } from '../infra/look-again.ts';
import type { SetTimer } from '../infra/timers.ts';
import type { LanMailText } from './mail.ts';
import type { LanMail } from './mail-record.ts';
import type { LanAlert, LanRecord } from './record.ts';

export interface LanMailerOptions {
  readonly record: LanRecord;
  /** @throws AppError */
  readonly send: (mail: LanMailText) => Promise<void>;
  /** Where the reader opens the page, and which node it is: no patient. */
  readonly page: () => string;
  readonly node: string;
  readonly clock: Clock;
  readonly setTimer: SetTimer;
  readonly watch: { sent(): void; failed(error: AppError, isGivenUp: boolean): void };
}

export interface LanMailer extends Service {
  /** Sends what is due; by itself once a second. */
  look(): Promise<void>;
}

const LOOK_EVERY_MS = 1_000;
/** One after another: a server that hangs holds up the rest of a look, not of the node. */
const MOST_A_LOOK = 10;

/** AL7: one mail for each alert raised here, at least once, with growing pauses up to a bound; what is given up stays in the record. */
export function createLanMailer(options: LanMailerOptions): LanMailer {
  return { name: 'lan-mailer', ...lookAgain(() => lookOnce(options), options.setTimer, LOOK_EVERY_MS) };
}

async function lookOnce(options: LanMailerOptions): Promise<void> {
  const { record, clock } = options;
  for (const mail of record.dueMails(clock(), MOST_A_LOOK)) {
    const alert = record.alertsOf(mail.studyUid).find(({ code, side }) => code === mail.code && side === mail.side);
    const isNeeded = alert !== undefined && alert.deliveredAt === null && alert.acknowledgement === null;
    record.putMail(isNeeded ? await attempt(options, mail, alert) : { ...mail, state: 'not-needed' });
  }
}

async function attempt({ send, page, node, clock, watch }: LanMailerOptions, mail: LanMail, alert: LanAlert): Promise<LanMail> {
  const attempts = mail.attempts + 1;
  try {
    await send({ id: mail.id, ...wordsOf(alert, page(), node) });
    watch.sent();
    return { ...mail, state: 'sent', attempts };
  } catch (cause) {
    const error = cause instanceof AppError ? cause : new AppError('smtp-failed', { class: 'transient', cause });
    const isGivenUp = error.class === 'permanent' || attempts >= MAX_ATTEMPTS;
    watch.failed(error, isGivenUp);
    return { ...mail, state: isGivenUp ? 'dead' : 'pending', attempts, dueAt: clock() + (isGivenUp ? 0 : backoffMs(attempts)) };
  }
}

/** AL14: severity, finding, node, time and where to look; who may know opens the page and signs in. */
function wordsOf({ label, emittedAt }: LanAlert, page: string, node: string): Omit<LanMailText, 'id'> {
  const subject = `Critical: ${label}, edge node ${node} (the cloud does not have it)`;
  return { subject, text: `${subject}\nFound at ${new Date(emittedAt).toISOString()}. The cloud has not taken the result, and nobody has acknowledged it at the hospital’s own page.\n${page}\n` };
}
