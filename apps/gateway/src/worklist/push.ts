import type { Service } from '@readroom/shared/service';
import type { WorklistHead, WorklistPatch } from '@readroom/shared/worklist/events';
import { maskPatch } from '@readroom/shared/worklist/mask';
import { perDeps, type Deps } from '../infra/deps.ts';
import { rooms } from '../infra/rt.ts';
import { readChanges, readHead } from './changes.ts';

/** A list that has not heard a head for 6 s says it is stale. */
const HEAD_EVERY_MS = 2_000;
/** Redis channel: the payload is the id of an organisation whose list changed. */
const CHANNEL = 'readroom:worklist';

/**
 * Browsers of this process follow committed revisions, read from the database in their order. A publication only says
 * "look": what is emitted is what is committed, so two gateways can't swap revisions and a lost publication costs at
 * most the time to the next head.
 */
class WorklistPush {
  readonly #deps: Deps;
  /** Per organisation with listeners here: the last revision they were told, and the reading under way. */
  readonly #told = new Map<string, number>();
  readonly #reading = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Reads and tells what is new, after the reading under way. Never throws: the next head tries again. */
  look(organisation: string): Promise<void> {
    const current = this.#reading.get(organisation);
    if (current) {
      this.#again.add(organisation);
      return current;
    }
    const reading = this.#lookUntilQuiet(organisation).finally(() => this.#reading.delete(organisation));
    this.#reading.set(organisation, reading);
    return reading;
  }

  async tellHeads(): Promise<void> {
    const listened = organisationsOf(this.#deps);
    for (const organisation of this.#told.keys()) if (!listened.has(organisation)) this.#told.delete(organisation);
    await Promise.all([...listened].map((organisation) => this.look(organisation).then(() => this.#emitHead(organisation))));
  }

  async settle(): Promise<void> {
    await Promise.all(this.#reading.values());
  }

  async #lookUntilQuiet(organisation: string): Promise<void> {
    do {
      this.#again.delete(organisation);
      await this.#lookOnce(organisation).catch((error: unknown) => this.#deps.log.warn({ event: 'worklist.push-failed', organisation, err: error }));
    } while (this.#again.has(organisation));
  }

  async #lookOnce(organisation: string): Promise<void> {
    if (!organisationsOf(this.#deps).has(organisation)) return;
    const hospital = await this.#deps.hospital(organisation);
    const prev = this.#told.get(organisation);
    if (prev === undefined) {
      this.#told.set(organisation, await readHead(hospital));
      return this.#emitHead(organisation);
    }
    const { tooMany, ...changes } = await readChanges(hospital, prev);
    if (changes.rev === prev) return;
    this.#told.set(organisation, changes.rev);
    if (tooMany) this.#emit(organisation, 'rt:snapshot', { organisation, rev: changes.rev });
    else this.#emitPatch({ organisation, prev, ...changes });
  }

  #emitPatch(patch: WorklistPatch): void {
    const { io } = this.#deps.rt;
    io.local.to(rooms.named(patch.organisation)).emit('rt:patch', patch);
    io.local.to(rooms.unnamed(patch.organisation)).emit('rt:patch', maskPatch(patch));
  }

  #emitHead(organisation: string): void {
    const rev = this.#told.get(organisation);
    if (rev === undefined) return;
    const head: WorklistHead = { organisation, rev, at: this.#deps.clock() };
    this.#emit(organisation, 'rt:head', head);
    // A page of repeats hears no list; the head tells it that the gateway is there. One socket hears a head once.
    this.#deps.rt.io.local.to(rooms.repeats(organisation)).except([rooms.named(organisation), rooms.unnamed(organisation)]).emit('rt:head', head);
  }

  #emit(organisation: string, event: string, payload: object): void {
    this.#deps.rt.io.local.to([rooms.named(organisation), rooms.unnamed(organisation)]).emit(event, payload);
  }
}

const worklistPush = perDeps((deps) => new WorklistPush(deps));

/** After the commit: every gateway looks at the hospital's committed revisions and tells its browsers. */
export function publishPatch(deps: Deps, organisation: string, patch: Pick<WorklistPatch, 'rev'>): void {
  deps.log.debug({ event: 'worklist.changed', organisation, rev: patch.rev });
  void worklistPush(deps).look(organisation);
  // Losing Redis loses no truth: the other gateways see the revision at their next head.
  deps.redis?.publish(CHANNEL, organisation).catch(() => deps.metrics.counter('readroom_worklist_publish_failed_total', 'Publications Redis did not take').inc());
}

/** Heads every 2 s, publications of other gateways, and the first look when somebody begins to listen. */
export function worklistPushService(deps: Deps): Service {
  const push = worklistPush(deps);
  let timer: NodeJS.Timeout | undefined;
  let subscriber: ReturnType<NonNullable<Deps['redis']>['duplicate']> | undefined;
  const onConnection = (socket: { readonly rooms: ReadonlySet<string> }): void => {
    for (const organisation of organisationsIn(socket.rooms)) void push.look(organisation);
  };
  return {
    name: 'worklist-push',
    async start() {
      subscriber = deps.redis?.duplicate();
      subscriber?.on('error', (error: unknown) => deps.log.warn({ event: 'worklist.subscriber', err: error }));
      await subscriber?.connect();
      await subscriber?.subscribe(CHANNEL, (organisation) => void push.look(organisation));
      deps.rt.io.on('connection', onConnection);
      timer = setInterval(() => void push.tellHeads(), HEAD_EVERY_MS);
    },
    async stop() {
      clearInterval(timer);
      deps.rt.io.off('connection', onConnection);
      if (subscriber?.isOpen) subscriber.destroy();
      await push.settle();
    },
  };
}

function organisationsOf(deps: Deps): Set<string> {
  return organisationsIn(deps.rt.io.of('/').adapter.rooms.keys());
}

function organisationsIn(names: Iterable<string>): Set<string> {
  const found = [...names].map((name) => /^org:(.+):(?:named|unnamed|repeats)$/.exec(name)?.[1]);
  return new Set(found.filter((organisation) => organisation !== undefined));
}
