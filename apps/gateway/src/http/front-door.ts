import proxy from '@fastify/http-proxy';
import type { FastifyReply } from 'fastify';
import { AppError } from '@readroom/shared/error';
import type { Routes } from './server.ts';

/**
 * Everything that is not ours goes to the pages (Next). WebSocket upgrades never do: they belong to `upgrades.ts` and
 * socket.io. While Next is not up the browser gets a page that tries again by itself.
 */
export const frontDoor: Routes = async (app, deps) => {
  const { webUrl } = deps.env;
  if (webUrl === null) {
    app.setNotFoundHandler(nothingHere);
    return;
  }
  // A program that mistyped an address is answered as one, not with a page.
  for (const url of ['/api/*', '/dicomweb/*']) app.all(url, { schema: { hide: true } }, nothingHere);
  await app.register(proxy, {
    upstream: webUrl,
    prefix: '/',
    websocket: false,
    disableRequestLogging: true,
    http: { requestOptions: { timeout: 30_000 } },
    replyOptions: {
      retriesCount: RESET_RETRIES,
      // Our own origin and cookies are no business of the page server's logs or cache keys beyond the request itself.
      rewriteRequestHeaders: (request, headers) => ({ ...headers, host: request.headers.host ?? headers.host, 'x-forwarded-host': request.headers.host }),
      onError: (reply, error) => pagesUnavailable(reply as unknown as FastifyReply, error.error),
    },
  });
};

function nothingHere(): never {
  throw new AppError('not-found', { class: 'permanent', message: 'There is nothing at this address for this method; /api/openapi.json says what there is.' });
}

/**
 * Next closes a connection that was idle for five seconds; a request that takes it at that very moment is reset without
 * having been heard. A part of a page lost that way is a page that does not load, so what only reads is asked for again.
 */
const RESET_RETRIES = 3;

const STARTING = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="2">
<title>Readroom is starting</title>
<style>body{margin:0;min-height:100vh;display:grid;place-content:center;background:#0b0f14;color:#d7dee7;font:16px/1.5 system-ui,sans-serif;text-align:center}p{color:#8b98a8}</style>
</head><body role="status"><h1>Readroom is starting</h1><p>The pages are not up yet. This page tries again by itself every two seconds.<br>Studies are received and alerts are kept meanwhile.</p></body></html>`;

function pagesUnavailable(reply: FastifyReply, error: unknown): void {
  reply.log.warn({ event: 'pages.unavailable', err: error });
  reply.status(503).header('retry-after', '2').header('cache-control', 'no-store').type('text/html; charset=utf-8').send(STARTING);
}
