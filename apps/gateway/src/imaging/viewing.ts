import type { IncomingHttpHeaders } from 'node:http';
import { can } from '@readroom/shared/access/can';
import type { Member } from '@readroom/shared/access/can';
import { SECOND_MS } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import { instanceSchema } from '@readroom/shared/study/study';
import { z } from 'zod';
import { recordView } from '../audit/views.ts';
import { ORGANISATION_HEADER, chooseMember, signedIn } from '../auth/session.ts';
import { perDeps } from '../infra/deps.ts';
import type { Deps } from '../infra/deps.ts';
import { briefly } from './fetch/briefly.ts';

export interface ImageRef {
  readonly study: string;
  readonly series: string;
  readonly instance?: string | undefined;
}

export interface Viewing {
  readonly member: Member;
  readonly nodeId: string;
  /** SOP Instance UIDs of the series, in display order. */
  readonly instances: readonly string[];
}

interface KnownStudy {
  readonly studyId: string;
  readonly nodeId: string;
  readonly readAt: number;
  readonly series: ReadonlyMap<string, readonly string[]>;
}

/** Scrolling asks hundreds of times: what a study consists of is read again only so often, or when an image is not among it. */
const KNOWN_FOR_MS = 30 * SECOND_MS;
const REREAD_AFTER_MS = SECOND_MS;
const KEEP = 500;
/** A scrolling reader is asked who they are this often. */
const SESSION_FOR_MS = 2 * SECOND_MS;

class Viewings {
  readonly #deps: Deps;
  readonly #known = new Map<string, KnownStudy>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async study(organisation: string, { study, series, instance }: ImageRef): Promise<KnownStudy | null> {
    const key = `${organisation}|${study}`;
    const known = this.#known.get(key);
    const age = known ? this.#deps.clock() - known.readAt : Number.POSITIVE_INFINITY;
    if (known && age < KNOWN_FOR_MS && (holds(known, series, instance) || age < REREAD_AFTER_MS)) return known;
    const read = await this.#read(organisation, study);
    if (read) keep(this.#known, key, read);
    return read;
  }

  async #read(organisation: string, studyUid: string): Promise<KnownStudy | null> {
    const { client } = await this.#deps.hospital(organisation);
    const row = await client.study.findUnique({ where: { studyUid }, select: { id: true, nodeId: true, series: { select: { seriesUid: true, instances: true } } } });
    if (!row) return null;
    const series = row.series.map(({ seriesUid, instances }): [string, string[]] => [seriesUid, z.array(instanceSchema).parse(instances).map((instance) => instance.sopInstanceUid)]);
    return { studyId: row.id, nodeId: row.nodeId, readAt: this.#deps.clock(), series: new Map(series) };
  }
}

const viewings = perDeps((deps) => new Viewings(deps));

/**
 * Who asks, whether they may see the study, which node holds it; and the view is audited. The study is looked for in every hospital
 * the person reads for, or in the one the request names. Throws `unauthenticated`, `forbidden`, `not-found`.
 */
export async function openViewing(deps: Deps, headers: IncomingHttpHeaders, ref: ImageRef): Promise<Viewing> {
  const members = await readersOf(deps)(JSON.stringify([headers.cookie ?? '', headers[ORGANISATION_HEADER] ?? null]));
  for (const member of members) {
    const known = await viewings(deps).study(member.organisation, ref);
    const instances = known?.series.get(ref.series);
    if (!known || !instances || !holds(known, ref.series, ref.instance)) continue;
    // TN2: written before the first byte leaves.
    await recordView(deps, member, 'image.view', { studyId: known.studyId, studyUid: ref.study });
    return { member, nodeId: known.nodeId, instances };
  }
  throw new AppError('not-found', { class: 'permanent', message: 'There is no such image in your hospital.' });
}

const keySchema = z.tuple([z.string(), z.string().nullable()]);

const readersOf = perDeps((deps) =>
  briefly(deps.clock, SESSION_FOR_MS, (key) => {
    const [cookie, organisation] = keySchema.parse(JSON.parse(key));
    return readers(deps, { cookie, ...(organisation === null ? {} : { [ORGANISATION_HEADER]: organisation }) });
  }),
);

async function readers(deps: Deps, headers: IncomingHttpHeaders): Promise<Member[]> {
  const person = await signedIn(deps, headers);
  if (!person) throw new AppError('unauthenticated', { class: 'permanent', message: 'Sign in first: your session is missing or over.' });
  const named = headers[ORGANISATION_HEADER] === undefined ? person.memberships.map(({ member }) => member) : [chooseMember(person, headers)];
  const members = named.filter((member) => member !== null).filter((member) => can(member, 'study.view', member.organisation));
  if (members.length > 0) return members;
  throw new AppError('forbidden', { class: 'permanent', message: 'Your role does not show images.' });
}

function holds({ series }: KnownStudy, seriesUid: string, instance: string | undefined): boolean {
  const instances = series.get(seriesUid);
  return instances !== undefined && (instance === undefined || instances.includes(instance));
}

/** The oldest go first: what is used again is read again. */
function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > KEEP && oldest !== undefined) map.delete(oldest);
}
