import { randomBytes } from 'node:crypto';
import { AppError } from '@readroom/shared/error';
import type { FastifyReply, FastifyRequest } from '../http/server.ts';
import type { Deps } from '../infra/deps.ts';
import { fetchImage } from './fetch/fetch-image.ts';
import type { Want } from './fetch/fetch-image.ts';
import { asMultipart } from './fetch/multipart.ts';
import { openViewing } from './viewing.ts';
import type { ImageRef, Viewing } from './viewing.ts';

/** An instance's pixels never change under its UID; they stay in this browser alone, and for one person's session. */
export const KEEP_PIXELS = 'private, max-age=600';
/** More images may arrive: what is said of a series now is not kept. */
export const KEEP_NOTHING = 'no-store';

interface Sending {
  readonly multipart: boolean;
  readonly cache: string;
}

/**
 * From a browser's wish to the edge's bytes: who asks and may they, the view in the audit, the edge asked, its answer piped through.
 * A browser that goes away ends all of it.
 */
export async function relay(deps: Deps, request: FastifyRequest, reply: FastifyReply, ref: ImageRef, wantOf: (viewing: Viewing) => Want, sending: Sending): Promise<FastifyReply> {
  const left = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) left.abort(new AppError('client-gone', { class: 'permanent', message: 'The browser went away.' }));
  });
  const viewing = await openViewing(deps, request.headers, ref);
  const want = wantOf(viewing);
  const end = deps.metrics.histogram('readroom_image_first_byte_seconds', 'From a wish for an image to its first byte', ['kind']).startTimer({ kind: want.kind });
  const part = await fetchImage(deps, viewing.nodeId, want, left.signal);
  end();
  const whole = sending.multipart ? asMultipart(part, `readroom-${randomBytes(12).toString('hex')}`) : part;
  reply.header('content-type', whole.contentType).header('cache-control', sending.cache).header('vary', 'Accept, Cookie');
  if (whole.lengthBytes !== null) reply.header('content-length', whole.lengthBytes);
  return reply.send(whole.body);
}
