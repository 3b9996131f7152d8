import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a browser on another site sent this (cross-site request forgery, cross-site WebSocket hijacking). Browsers
 * always name the origin of a WebSocket and of an unsafe request; programs that are no browser send none.
 */
export function originAllowed(headers: IncomingHttpHeaders, publicUrl: string | null): boolean {
  const { origin } = headers;
  if (origin === undefined) return true;
  if (publicUrl !== null && origin === publicUrl) return true;
  return URL.canParse(origin) && new URL(origin).host === headers.host;
}
