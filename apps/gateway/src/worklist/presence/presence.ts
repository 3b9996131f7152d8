import type { IncomingHttpHeaders } from 'node:http';
import { can } from '@readroom/shared/access/can';
import { SECOND_MS } from '@readroom/shared/clock';
import type { Service } from '@readroom/shared/service';
import { VIEWERS_EVENT, VIEWING_EVENT, viewingSchema, type Viewer, type ViewersEvent } from '@readroom/shared/worklist/presence';
import { signedIn } from '../../auth/session.ts';
import { perDeps, type Deps } from '../../infra/deps.ts';
import { repeat } from '../../infra/repeat.ts';
import { rooms } from '../../infra/rt.ts';
import { memoryStore, redisStore, type PresenceStore } from './store.ts';

/** A third of what is kept lives as long: one lost look ends nothing. */
const LOOK_EVERY_MS = 10 * SECOND_MS;

/** What is used of a socket.io socket. */
interface ViewingSocket {
  readonly id: string;
  readonly connected: boolean;
  readonly rooms: ReadonlySet<string>;
  readonly request: { readonly headers: IncomingHttpHeaders };
  emit(event: string, payload: object): unknown;
  on(event: string, listener: (payload: unknown) => void): unknown;
}

interface Held {
  readonly organisation: string;
  readonly viewer: Viewer;
}

/**
 * LF7: who has a study open. A page says what it has open when it connects and when that changes; the gateway it is connected to says
 * it again every 10 s while the socket lives. So a page that closes is gone at once, a browser that dies with its socket's
 * ping, and what a gateway that died had said after PRESENCE_TTL_MS. A courtesy: without Redis each gateway knows its own.
 */
class Presence {
  readonly #deps: Deps;
  readonly #store: PresenceStore;
  /** By socket of this gateway. */
  readonly #here = new Map<string, Held>();
  /** Organisations whose browsers were last told of somebody. */
  readonly #told = new Set<string>();

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#store = deps.redis ? redisStore(deps.redis, deps.clock) : memoryStore(deps.clock);
  }

  greet(socket: ViewingSocket): void {
    let busy = false;
    let wanted: string | null = null;
    // One question at a time, and the last word counts: a page that says much costs no more than one that says little.
    const settle = async (): Promise<void> => {
      busy = true;
      for (let asked: string | null | undefined; asked !== wanted; ) {
        asked = wanted;
        await this.#view(socket, asked).catch((error: unknown) => this.#deps.log.warn({ event: 'presence.failed', err: error }));
      }
      busy = false;
    };
    socket.on(VIEWING_EVENT, (payload) => {
      const said = viewingSchema.safeParse(payload);
      if (!said.success) return;
      wanted = said.data.studyId;
      if (!busy) void settle();
    });
    socket.on('disconnect', () => {
      wanted = null;
      if (!busy) void settle();
    });
    for (const organisation of organisationsIn(socket.rooms)) void this.#viewersOf(organisation).then((viewers) => socket.emit(VIEWERS_EVENT, { organisation, viewers }));
  }

  /** Says again what is open here, and tells the browsers here how it stands. Never throws. */
  async look(): Promise<void> {
    for (const [socketId, { organisation, viewer }] of this.#here) await this.#store.keep(organisation, socketId, viewer).catch(() => undefined);
    for (const organisation of organisationsIn(this.#deps.rt.io.of('/').adapter.rooms.keys())) {
      const viewers = await this.#viewersOf(organisation);
      if (viewers.length > 0 || this.#told.has(organisation)) this.#tell('here', { organisation, viewers });
    }
  }

  async #view(socket: ViewingSocket, studyId: string | null): Promise<void> {
    const before = this.#here.get(socket.id);
    const now = studyId === null || !socket.connected ? null : await this.#mayView(socket, studyId);
    if (before?.viewer.studyId === now?.viewer.studyId) return;
    if (now) {
      this.#here.set(socket.id, now);
      await this.#store.keep(now.organisation, socket.id, now.viewer).catch(() => undefined);
    } else this.#here.delete(socket.id);
    if (before && before.organisation !== now?.organisation) await this.#store.drop(before.organisation, socket.id).catch(() => undefined);
    for (const organisation of new Set([before?.organisation, now?.organisation])) {
      if (organisation !== undefined) this.#tell('everywhere', { organisation, viewers: await this.#viewersOf(organisation) });
    }
  }

  /** The hospital of this person that has the study and lets them look at it; null: nobody is told of anything. */
  async #mayView(socket: ViewingSocket, studyId: string): Promise<Held | null> {
    const person = await signedIn(this.#deps, socket.request.headers);
    for (const { member } of person?.memberships ?? []) {
      const { organisation, userId, name } = member;
      if (!can(member, 'study.view', organisation)) continue;
      const { client } = await this.#deps.hospital(organisation);
      if ((await client.study.count({ where: { id: studyId } })) > 0) return { organisation, viewer: { studyId, id: userId, name } };
    }
    return null;
  }

  /** Each person once a study, in an order of their own. */
  async #viewersOf(organisation: string): Promise<Viewer[]> {
    const own = [...this.#here.values()].filter((held) => held.organisation === organisation).map(({ viewer }) => viewer);
    const all = await this.#store.all(organisation).catch(() => own);
    const people = new Map(all.map((viewer) => [`${viewer.studyId} ${viewer.id}`, viewer]));
    return [...people].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, viewer]) => viewer);
  }

  #tell(whom: 'here' | 'everywhere', event: ViewersEvent): void {
    if (event.viewers.length > 0) this.#told.add(event.organisation);
    else this.#told.delete(event.organisation);
    const { io } = this.#deps.rt;
    const listening = [rooms.named(event.organisation), rooms.unnamed(event.organisation)];
    if (whom === 'here') io.local.to(listening).emit(VIEWERS_EVENT, event);
    else io.to(listening).emit(VIEWERS_EVENT, event);
  }
}

const presence = perDeps((deps) => new Presence(deps));

export function presenceService(deps: Deps): Service {
  const here = presence(deps);
  const onConnection = (socket: ViewingSocket): void => here.greet(socket);
  const looking = repeat(() => here.look(), LOOK_EVERY_MS);
  return {
    name: 'presence',
    async start() {
      deps.rt.io.on('connection', onConnection);
      await looking.start();
    },
    async stop() {
      deps.rt.io.off('connection', onConnection);
      await looking.stop();
    },
  };
}

function organisationsIn(names: Iterable<string>): Set<string> {
  const found = [...names].map((name) => /^org:(.+):(?:named|unnamed)$/.exec(name)?.[1]);
  return new Set(found.filter((organisation) => organisation !== undefined));
}
