import type { FastifyInstance } from 'fastify';
import { AppError } from '@readroom/shared/error';
import type { Deps } from '../infra/deps.ts';
import { originAllowed } from './origin.ts';

/**
 * One line a request: the route's pattern instead of the URL, so that no DICOM UID, id or query string is ever written;
 * and its time in a histogram.
 */
export function requestLog(app: FastifyInstance, deps: Deps): void {
  const seconds = deps.metrics.histogram('readroom_http_seconds', 'Time of an HTTP request', ['method', 'route', 'status']);
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const labels = { method: request.method, route, status: String(reply.statusCode) };
    seconds.observe(labels, reply.elapsedTime / 1000);
    if (route !== '/*') deps.log.info({ event: 'http.request', ...labels, ms: Math.round(reply.elapsedTime), requestId: request.id });
    done();
  });
}

/** WebAssembly decodes images in workers; nothing is ever loaded from another host. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "media-src 'self' data: blob:",
  "connect-src 'self' blob: data:",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

export function securityHeaders(app: FastifyInstance, deps: Deps): void {
  const https = deps.env.publicUrl?.startsWith('https:') ?? false;
  app.addHook('onSend', (request, reply, payload, done) => {
    reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('x-frame-options', 'DENY');
    reply.header('referrer-policy', 'no-referrer');
    reply.header('cross-origin-opener-policy', 'same-origin');
    reply.header('cross-origin-resource-policy', 'same-origin');
    reply.header('permissions-policy', 'camera=(), geolocation=(), payment=(), usb=()');
    if (https) reply.header('strict-transport-security', 'max-age=31536000; includeSubDomains');
    // Answers about patients stay out of every cache unless their route says otherwise.
    if (!reply.hasHeader('cache-control') && isOurs(request.url)) reply.header('cache-control', 'no-store');
    done(null, payload);
  });
}

function isOurs(url: string): boolean {
  return ['/api/', '/trpc/', '/dicomweb/'].some((prefix) => url.startsWith(prefix));
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A form on another site can send our cookie along; it cannot hide where it stands. */
export function refuseForeignOrigin(app: FastifyInstance, deps: Deps): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (SAFE.has(request.method) || originAllowed(request.headers, deps.env.publicUrl)) return done();
    done(new AppError('forbidden', { class: 'permanent', message: 'This request comes from another site and is refused. If Readroom has a public address, set READROOM_PUBLIC_URL to it.' }));
  });
}
