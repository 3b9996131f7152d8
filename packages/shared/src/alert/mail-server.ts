import { SECOND_MS } from '../clock.ts';
import { AppError } from '../error.ts';

const TIMEOUT_MS = 15 * SECOND_MS;
const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** The parts of `smtps://user:password@host:465` or `smtp://user:password@host:587`, as a URL has them. */
export interface MailServerUrl {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
  readonly username: string;
  readonly password: string;
}

/** How a mail server is to be spoken to: over TLS, unless it is on this machine, and each step bounded in time. */
export function mailServer({ protocol, hostname, port, username, password }: MailServerUrl) {
  const isTls = protocol === 'smtps:';
  return {
    host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? (isTls ? 465 : 587) : Number(port), secure: isTls, requireTLS: !isTls && !LOOPBACK.has(hostname),
    connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS,
    ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
  };
}

/** `permanent` where the server refuses the mail (5yz, RFC 5321 4.2.1), else `transient`; the code says which, never the server's words. */
export function mailFailure(error: unknown): AppError {
  const status = typeof error === 'object' && error !== null && 'responseCode' in error ? Number(error.responseCode) : 0;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code).toLowerCase() : 'failed';
  // A refused password is mended by the operator while messages wait.
  const isFinal = status >= 500 && code !== 'eauth';
  return new AppError(status > 0 ? `smtp-${status}` : `smtp-${code}`, { class: isFinal ? 'permanent' : 'transient' });
}
