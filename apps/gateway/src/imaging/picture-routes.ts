import { AppError } from '@readroom/shared/error';
import { z } from 'zod';
import type { FastifyInstance, ZodTypeProvider } from '../http/server.ts';
import type { Deps } from '../infra/deps.ts';
import type { Want } from './fetch/fetch-image.ts';
import { INSTANCE, SERIES, frameParams, instanceParams, seriesParams, uids } from './image-routes.ts';
import { negotiateRendered, viewportSize } from './negotiate.ts';
import { KEEP_NOTHING, KEEP_PIXELS, relay } from './relay.ts';

interface Sizes {
  readonly given: number;
  readonly most: number;
}

/** Pixels of the longest side, without and at most with a `viewport`. */
const RENDERED: Sizes = { given: 1_024, most: 4_096 };
const THUMBNAIL: Sizes = { given: 256, most: 512 };
const LEAST = 16;

const querystring = z.object({ viewport: z.string().max(32).optional() });
const docs = <P extends z.ZodType>(summary: string, params: P) => ({ schema: { summary, tags: ['images'], params, querystring } });

/** Images as pictures a browser shows by itself (PS3.18 section 10.4.1, rendered resources and thumbnails). */
export function pictureRoutes(plain: FastifyInstance, deps: Deps): void {
  const app = plain.withTypeProvider<ZodTypeProvider>();

  app.get(`${INSTANCE}/frames/:frame/rendered`, docs('One frame as a picture', frameParams), async (request, reply) => {
    const { params, query, headers } = request;
    const want = picture(params, params.instance, params.frame, query.viewport, headers.accept, RENDERED);
    return relay(deps, request, reply, params, () => want, { multipart: false, cache: KEEP_PIXELS });
  });
  for (const [name, sizes] of [['rendered', RENDERED], ['thumbnail', THUMBNAIL]] as const) {
    app.get(`${INSTANCE}/${name}`, docs('The first frame of an instance as a picture', instanceParams), async (request, reply) => {
      const { params, query, headers } = request;
      const want = picture(params, params.instance, 1, query.viewport, headers.accept, sizes);
      return relay(deps, request, reply, params, () => want, { multipart: false, cache: KEEP_PIXELS });
    });
  }
  app.get(`${SERIES}/thumbnail`, docs('A small picture of the middle image of a series', seriesParams), async (request, reply) => {
    const { params, query, headers } = request;
    const wantOf = (instances: readonly string[]): Want => picture(params, middleOf(instances), 1, query.viewport, headers.accept, THUMBNAIL);
    return relay(deps, request, reply, params, ({ instances }) => wantOf(instances), { multipart: false, cache: KEEP_NOTHING });
  });
}

type SeriesRef = z.infer<typeof seriesParams>;

function picture(params: SeriesRef, sopInstanceUid: string, frameNumber: number, viewport: string | undefined, accept: string | undefined, sizes: Sizes): Want {
  const maxSize = Math.max(LEAST, Math.min(sizes.most, viewportSize(viewport) ?? sizes.given));
  return { kind: 'rendered', ...uids(params), sopInstanceUid, frameNumber, format: negotiateRendered(accept), maxSize };
}

function middleOf(instances: readonly string[]): string {
  const middle = instances[Math.floor(instances.length / 2)];
  if (middle !== undefined) return middle;
  throw new AppError('not-found', { class: 'permanent', message: 'This series has no image yet.' });
}
