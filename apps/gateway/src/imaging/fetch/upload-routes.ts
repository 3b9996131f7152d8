import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { MINUTE_MS, SECOND_MS } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import { readUploadAuthorization, uploadProof } from '@readroom/shared/wire/auth';
import { uploadPath } from '@readroom/shared/wire/upload';
import { z } from 'zod';
import { checkProof, findKey, refusalWords } from '../../edge/identity/node-auth.ts';
import type { FastifyInstance, FastifyRequest, ZodTypeProvider } from '../../http/server.ts';
import { perDeps } from '../../infra/deps.ts';
import type { Deps } from '../../infra/deps.ts';
import { briefly } from './briefly.ts';
import type { Passing } from './multipart.ts';
import { tickets } from './tickets.ts';

/** The largest objects that are images (whole slides apart) have a few hundred megabytes. */
const MAX_UPLOAD_BYTES = 2 * 1024 ** 3;
const STALLED_AFTER_MS = MINUTE_MS;
/** Set on an upload that one gateway passes on to another: it is never passed on twice. */
const FORWARDED = 'x-readroom-forwarded';

/** Where edge nodes send the images browsers wait for. The bytes go through; none is kept. */
export function uploadRoutes(plain: FastifyInstance, deps: Deps): void {
  const app = plain.withTypeProvider<ZodTypeProvider>();
  // The body is a stream of whatever type, read by whoever waits for it.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.post('/edge/uploads/:ticket', { bodyLimit: MAX_UPLOAD_BYTES, schema: { hide: true, params: z.object({ ticket: z.string().min(16).max(128) }) } }, async (request, reply) => {
    const nodeId = await nodeOf(deps, request, request.params.ticket);
    const upload = passingOf(request);
    const claim = await tickets(deps).claim(request.params.ticket, nodeId);
    if (claim.kind === 'here') {
      claim.arrive(upload);
      await finished(upload.body, { writable: false });
      return reply.status(204).send();
    }
    if (claim.kind === 'elsewhere' && request.headers[FORWARDED] === undefined) return reply.status(await forward(deps, claim.url, request, upload)).send();
    // Nobody reads the rest of the body: the connection ends with the answer.
    return reply.header('connection', 'close').status(410).send();
  });
}

/** A node that sends a series shows its key hundreds of times. */
const NODE_FOR_MS = 2 * SECOND_MS;
const knownKeys = perDeps((deps) => briefly(deps.clock, NODE_FOR_MS, (keyId) => findKey(deps, keyId)));

/** The node that signed this ticket. A ticket is good for one upload, so a header that was overheard opens nothing. */
async function nodeOf(deps: Deps, request: FastifyRequest, ticket: string): Promise<string> {
  const proof = readUploadAuthorization(request.headers.authorization ?? '');
  const auth = proof === null ? null : checkProof(deps, await knownKeys(deps)(proof.keyId), uploadProof(ticket), proof.signature);
  if (auth && 'node' in auth) return auth.node.nodeId;
  throw new AppError('unauthenticated', { class: 'permanent', message: refusalWords(auth?.refused ?? 'unknown-key') });
}

function passingOf(request: FastifyRequest): Passing {
  const length = Number(request.headers['content-length'] ?? Number.NaN);
  request.raw.setTimeout(STALLED_AFTER_MS, () => request.raw.destroy());
  // The parser above hands the raw request on, which is a readable stream.
  return { contentType: request.headers['content-type'] ?? '', lengthBytes: Number.isSafeInteger(length) ? length : null, body: request.body as Readable };
}

/** The browser waits at another gateway: the bytes are piped there as they come, and its answer is ours. */
async function forward(deps: Deps, url: string, request: FastifyRequest, { contentType, lengthBytes, body }: Passing): Promise<number> {
  const { ticket } = z.object({ ticket: z.string() }).parse(request.params);
  const headers = { authorization: request.headers.authorization ?? '', 'content-type': contentType, [FORWARDED]: '1', ...(lengthBytes === null ? {} : { 'content-length': String(lengthBytes) }) };
  try {
    const response = await fetch(new URL(uploadPath(ticket), url), { method: 'POST', headers, body: ReadableStream.from(body), duplex: 'half', signal: AbortSignal.timeout(5 * MINUTE_MS) });
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    deps.log.warn({ event: 'imaging.forward-failed', err: error });
    return 502;
  }
}
