import { SECOND_MS } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import type { FetchImage } from '@readroom/shared/wire/edge-down';
import { REFUSAL_MEDIA_TYPE, refusalSchema } from '@readroom/shared/wire/upload';
import type { Refusal } from '@readroom/shared/wire/upload';
import { sendCommand } from '../../edge/edge-hub.ts';
import type { Deps } from '../../infra/deps.ts';
import type { Passing } from './multipart.ts';
import { slots } from './slots.ts';
import { tickets } from './tickets.ts';
import type { Issued } from './tickets.ts';

export type Want = FetchImage['want'];

/** From asking the node to the first byte. Decoding a large mammogram takes two seconds, a slow line as many. */
const FIRST_BYTE_TIMEOUT_MS = 20 * SECOND_MS;
const MAX_REFUSAL_BYTES = 16 * 1024;

/** Media types an edge may answer each wish with. */
const EXPECTED: { readonly [K in Want['kind']]: RegExp } = {
  frame: /^(application\/octet-stream|image\/(jpeg|jls|jp2|jphc|dicom-rle)); transfer-syntax=[0-9.]+$/,
  rendered: /^image\/(jpeg|png)$/,
  metadata: /^application\/dicom\+json$/,
  instance: /^application\/dicom; transfer-syntax=[0-9.]+$/,
};

/**
 * Asks the node that holds the image for it and answers the bytes as they come. The caller reads `body` to its end or destroys it.
 * Throws `edge-offline`, `edge-timeout`, `busy`, `not-found`, `unsupported-image`, `damaged-image`; the signal's reason when aborted.
 */
export async function fetchImage(deps: Deps, nodeId: string, want: Want, signal: AbortSignal): Promise<Passing> {
  const giveBack = await slots(deps).take(signal);
  try {
    const upload = await arrival(deps, nodeId, want, signal);
    if (upload.contentType === REFUSAL_MEDIA_TYPE) throw refused(await readRefusal(upload));
    if (!EXPECTED[want.kind].test(upload.contentType)) {
      upload.body.destroy();
      throw new AppError('edge-answer-invalid', { class: 'permanent', message: 'The edge node answered in a way this gateway does not understand: update the older of the two.' });
    }
    upload.body.once('close', giveBack);
    return upload;
  } catch (error) {
    giveBack();
    throw error;
  }
}

async function arrival(deps: Deps, nodeId: string, want: Want, signal: AbortSignal): Promise<Passing> {
  const expiresAt = deps.clock() + FIRST_BYTE_TIMEOUT_MS;
  const issued = await tickets(deps).issue(nodeId, expiresAt);
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new AppError('edge-timeout', { class: 'transient', message: 'The site did not send the image in time. The report is kept; try again.' })), FIRST_BYTE_TIMEOUT_MS);
  const onAbort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort);
  try {
    signal.throwIfAborted();
    if ((await sendCommand(deps, nodeId, { type: 'fetch-image', ticket: issued.ticket, expiresAt, want })) === 'offline') throw await offline(deps, nodeId);
    return await Promise.race([issued.arrived, promise]);
  } catch (error) {
    await cancel(deps, nodeId, issued);
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

async function cancel(deps: Deps, nodeId: string, issued: Issued): Promise<void> {
  issued.revoke();
  // An upload that arrived in the same moment has no reader.
  void issued.arrived.then((upload) => upload.body.destroy());
  await sendCommand(deps, nodeId, { type: 'cancel-fetch', ticket: issued.ticket });
}

async function offline(deps: Deps, nodeId: string): Promise<AppError> {
  const node = await deps.control.edgeNode.findUnique({ where: { id: nodeId }, select: { lastSeenAt: true } });
  const since = node?.lastSeenAt ? ` since ${node.lastSeenAt.toISOString().slice(11, 16)} UTC` : '';
  return new AppError('edge-offline', { class: 'transient', message: `The site's edge node is offline${since}. The report is kept. Images return when it reconnects.` });
}

async function readRefusal({ body }: Passing): Promise<Refusal> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > MAX_REFUSAL_BYTES) body.destroy();
  }
  const parsed = refusalSchema.safeParse(parseJson(Buffer.concat(chunks).toString()));
  return parsed.success ? parsed.data : { code: 'failed', message: 'The site refused the image without a reason this gateway understands.' };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refused({ code, message }: Refusal): AppError {
  switch (code) {
    case 'not-at-edge':
    case 'no-such-frame':
      return new AppError('not-found', { class: 'permanent', message });
    case 'unsupported-image':
    case 'damaged-image':
      return new AppError(code, { class: 'permanent', message });
    case 'busy':
    case 'failed':
      return new AppError(code === 'busy' ? 'busy' : 'edge-failed', { class: 'transient', message });
    default:
      return code satisfies never;
  }
}
