import type { AddressInfo } from 'node:net';
import { uidSchema } from '@readroom/shared/dicom/uid';
import { z } from 'zod';
import type { FastifyInstance, ZodTypeProvider } from '../http/server.ts';
import type { Deps } from '../infra/deps.ts';
import { tickets } from './fetch/tickets.ts';
import { negotiateFrame, negotiateInstance, negotiateMetadata } from './negotiate.ts';
import { KEEP_NOTHING, KEEP_PIXELS, relay } from './relay.ts';

export const SERIES = '/dicomweb/studies/:study/series/:series';
export const INSTANCE = `${SERIES}/instances/:instance`;
export const seriesParams = z.object({ study: uidSchema, series: uidSchema });
export const instanceParams = seriesParams.extend({ instance: uidSchema });
export const frameParams = instanceParams.extend({ frame: z.coerce.number().int().min(1).max(1_000_000) });

/** DICOMweb as far as a viewer needs it (PS3.18 chapter 10), relayed from the edge node that holds the images. Nothing is kept here. */
export function imageRoutes(plain: FastifyInstance, deps: Deps): void {
  const app = plain.withTypeProvider<ZodTypeProvider>();
  tickets(deps).address = () => deps.env.internalUrl ?? addressOf(plain);

  app.get(`${SERIES}/metadata`, { schema: { summary: 'Metadata of a series (DICOM JSON)', tags: ['images'], params: seriesParams } }, async (request, reply) => {
    negotiateMetadata(request.headers.accept);
    return relay(deps, request, reply, request.params, () => ({ kind: 'metadata', ...uids(request.params) }), { multipart: false, cache: KEEP_NOTHING });
  });
  app.get(INSTANCE, { schema: { summary: 'One instance (DICOM Part 10)', tags: ['images'], params: instanceParams } }, async (request, reply) => {
    const { multipart } = negotiateInstance(request.headers.accept);
    const { instance: sopInstanceUid } = request.params;
    return relay(deps, request, reply, request.params, () => ({ kind: 'instance', ...uids(request.params), sopInstanceUid }), { multipart, cache: KEEP_PIXELS });
  });
  app.get(`${INSTANCE}/frames/:frame`, { schema: { summary: 'Pixels of one frame', tags: ['images'], params: frameParams } }, async (request, reply) => {
    const { multipart, encoding } = negotiateFrame(request.headers.accept);
    const { instance: sopInstanceUid, frame: frameNumber } = request.params;
    return relay(deps, request, reply, request.params, () => ({ kind: 'frame', ...uids(request.params), sopInstanceUid, frameNumber, encoding }), { multipart, cache: KEEP_PIXELS });
  });
}

export function uids({ study, series }: { readonly study: string; readonly series: string }): { studyUid: string; seriesUid: string } {
  return { studyUid: study, seriesUid: series };
}

function addressOf(app: FastifyInstance): string | null {
  const address = app.server.address() as AddressInfo | null;
  return address && `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}
