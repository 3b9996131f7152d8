import { createHmac } from 'node:crypto';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { isIP } from 'node:net';
import { AppError } from '@readroom/shared/error';
import { SECOND_MS } from '@readroom/shared/clock';
import { ADDRESS_REFUSED, addressGuard, guardedLookup } from './address-guard.ts';
import type { AddressGuard } from './address-guard.ts';

const TIMEOUT_MS = 15 * SECOND_MS;

export interface Post {
  readonly url: string;
  readonly body: string;
  /** The same at every repetition. */
  readonly idempotencyKey: string;
  /** Signs the body; null where the other side has no use for it. */
  readonly signingKey: string | null;
  /** ms since epoch. */
  readonly now: number;
}

/**
 * One POST, no redirects, 15 s at most. Plain HTTP only into networks the operator named. Throws AppError: `permanent` where the
 * address is refused or the other side will never take it (4xx), else `transient`; the code says which, never the other side's words.
 */
export async function post(networks: readonly string[], { url, body, idempotencyKey, signingKey, now }: Post): Promise<void> {
  const target = new URL(url);
  const guard = addressGuard(networks);
  const isPlain = target.protocol === 'http:';
  const literal = target.hostname.replace(/^\[|\]$/g, '');
  const allowed = isPlain ? { allows: guard.isHouse } : guard;
  // For a literal address nothing is looked up, so it is checked here.
  if (isIP(literal) !== 0 && !allowed.allows(literal)) throw refused();
  const headers = {
    'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'user-agent': 'Readroom', 'idempotency-key': idempotencyKey,
    ...(signingKey === null ? {} : { 'x-readroom-signature': signature(signingKey, body, now) }),
  };
  await answered(target, isPlain, allowed, headers, body);
}

/** `t=<seconds>,v1=<hmac>`: HMAC-SHA256, hex, over `<seconds>.<body>`; the time keeps an overheard request from being played again later. */
export function signature(key: string, body: string, now: number): string {
  const seconds = Math.floor(now / SECOND_MS);
  return `t=${seconds},v1=${createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex')}`;
}

function answered(target: URL, isPlain: boolean, allowed: Pick<AddressGuard, 'allows'>, headers: Record<string, string | number>, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const send = isPlain ? plainRequest : tlsRequest;
    const request = send(target, { method: 'POST', headers, lookup: guardedLookup(allowed), agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) }, (response) => {
      // The answer's words are nobody's business here.
      response.destroy();
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) resolve();
      else reject(new AppError(`http-${status}`, { class: isWorthRepeating(status) ? 'transient' : 'permanent' }));
    });
    request.on('error', (error: NodeJS.ErrnoException) => reject(error.code === ADDRESS_REFUSED ? refused() : new AppError(error.name === 'AbortError' || error.name === 'TimeoutError' ? 'timed-out' : 'unreachable', { class: 'transient', cause: error })));
    request.end(body);
  });
}

function isWorthRepeating(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

function refused(): AppError {
  return new AppError(ADDRESS_REFUSED, { class: 'permanent', message: 'This address is private, or plain HTTP outside the networks the operator allows (READROOM_WEBHOOK_NETWORKS).' });
}
