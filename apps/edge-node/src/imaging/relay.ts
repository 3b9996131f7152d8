import type { Clock } from '@readroom/shared/clock';
import { MINUTE_MS, SECOND_MS } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import type { Service } from '@readroom/shared/service';
import { uploadAuthorization, uploadProof } from '@readroom/shared/wire/auth';
import type { CancelFetch, FetchImage } from '@readroom/shared/wire/edge-down';
import { REFUSAL_MEDIA_TYPE, uploadPath } from '@readroom/shared/wire/upload';
import type { NodeIdentity } from '../identity/identity.ts';
import { answer, refusalOf } from './answer.ts';
import type { Answer, AnswerParts } from './answer.ts';

export interface Relay extends Service {
  /** Resolves when the bytes, or the reason why there are none, were taken by the gateway, or nobody waits any more. */
  fetchImage(command: FetchImage): Promise<void>;
  cancelFetch(command: CancelFetch): Promise<void>;
}

export interface RelayOptions extends AnswerParts {
  /** The gateway's http(s) origin. */
  readonly gatewayUrl: string;
  readonly identity: Pick<NodeIdentity, 'sign'>;
  readonly clock: Clock;
  /** Add to our clock to get the gateway's, ms; null before the first hello. */
  readonly clockOffsetMs: () => number | null;
  readonly log: { warn(fields: object): void };
}

/** Uploads at once: enough to fill a hospital's line, few enough to leave the machine to inference. */
const CONCURRENT = 6;
/** A browser scrolls through a series faster than a line carries it; past this it is told to wait. */
const MAX_WAITING = 1_000;
const UPLOAD_TIMEOUT_MS = 5 * MINUTE_MS;
/** Clocks are corrected by what hello measured, which is right to within a round trip. */
const SLACK_MS = 2 * SECOND_MS;

/**
 * Answers the gateway's wish for an image by an upload of our own: nothing here listens (ED6).
 *
 *   fetch-image -> waiting (bounded) -> read, decode -> POST /edge/uploads/<ticket> -> taken
 *                       |  cancel-fetch, expired, stopping: forgotten        |  gone: the browser left
 */
export function createRelay(options: RelayOptions): Relay {
  const open = new Map<string, AbortController>();
  const waiting: (() => void)[] = [];
  let running = 0;

  const turn = async (): Promise<void> => {
    if (running < CONCURRENT) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const done = (): void => {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  };

  return {
    name: 'image-relay',
    start: () => Promise.resolve(),
    stop() {
      for (const abort of open.values()) abort.abort();
      return Promise.resolve();
    },
    async fetchImage(command) {
      const abort = new AbortController();
      open.set(command.ticket, abort);
      try {
        if (waiting.length >= MAX_WAITING) return await refuse(options, command, abort.signal, new AppError('busy', { class: 'transient', message: 'Too many images are being fetched from this site. Try again in a moment.' }));
        await turn();
        try {
          if (!abort.signal.aborted && !isExpired(options, command)) await give(options, command, abort.signal);
        } finally {
          done();
        }
      } finally {
        open.delete(command.ticket);
      }
    },
    cancelFetch({ ticket }) {
      open.get(ticket)?.abort();
      return Promise.resolve();
    },
  };
}

function isExpired({ clock, clockOffsetMs }: RelayOptions, { expiresAt }: FetchImage): boolean {
  return clock() + (clockOffsetMs() ?? 0) > expiresAt + SLACK_MS;
}

async function give(options: RelayOptions, command: FetchImage, signal: AbortSignal): Promise<void> {
  let found: Answer;
  try {
    found = await answer(options, command.want);
  } catch (error) {
    return refuse(options, command, signal, error);
  }
  await upload(options, command.ticket, found, signal);
}

async function refuse(options: RelayOptions, command: FetchImage, signal: AbortSignal, error: unknown): Promise<void> {
  const refusal = refusalOf(error);
  if (refusal.code === 'failed') options.log.warn({ event: 'relay.failed', kind: command.want.kind, err: error });
  await upload(options, command.ticket, { contentType: REFUSAL_MEDIA_TYPE, body: Buffer.from(JSON.stringify(refusal)) }, signal);
}

/** One POST. A ticket is single-use, so nothing is sent twice; a browser whose upload failed asks again with another. */
async function upload({ gatewayUrl, identity, log }: RelayOptions, ticket: string, { contentType, body }: Answer, cancelled: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([cancelled, AbortSignal.timeout(UPLOAD_TIMEOUT_MS)]);
  const sent = body instanceof Uint8Array ? { body: new Uint8Array(body.buffer as ArrayBuffer, body.byteOffset, body.byteLength) } : { body: ReadableStream.from(body), duplex: 'half' as const };
  try {
    const response = await fetch(new URL(uploadPath(ticket), gatewayUrl), { method: 'POST', headers: { authorization: uploadAuthorization(identity.sign(uploadProof(ticket))), 'content-type': contentType }, signal, ...sent });
    await response.body?.cancel();
    // 410 is the everyday end of a fetch whose browser went on to the next image.
    if (!response.ok && response.status !== 410) log.warn({ event: 'relay.upload-refused', status: response.status });
  } catch (error) {
    if (!cancelled.aborted) log.warn({ event: 'relay.upload-failed', err: error });
  }
}
