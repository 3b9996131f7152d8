import type { Hospital } from '@readroom/db';
import { canaryDue, canaryStateSchema } from '@readroom/shared/alert/canary';
import { SECOND_MS } from '@readroom/shared/clock';
import type { Service } from '@readroom/shared/service';
import { perDeps } from '../../infra/deps.ts';
import type { Deps } from '../../infra/deps.ts';
import { repeat } from '../../infra/repeat.ts';
import { endRun } from './end.ts';
import { beginRun, leadRun } from './lead.ts';

const EVERY_MS = 5 * SECOND_MS;
/** After a start nodes have to come back first. */
const FIRST_LOOK_MS = 30 * SECOND_MS;
/** A run that nobody ended so long after its deadline has lost the gateway that led it. */
const LOST_AFTER_MS = 10 * SECOND_MS;
const KEEP_MS = 90 * 24 * 3_600 * SECOND_MS;

/** The runs this process leads. What is due stands in the database alone, so that a restart forgets nothing (AL4). */
class Canaries {
  readonly #deps: Deps;
  readonly #led = new Map<string, Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** One look at every hospital; one that fails stops none of the others. Never throws. */
  async lookEverywhere(): Promise<void> {
    const failed = (error: unknown, organisation?: string): void => this.#deps.log.error({ event: 'canary.look-failed', organisation, err: error });
    const organisations = await this.#deps.control.organisation.findMany({ select: { id: true } }).catch((error: unknown) => {
      failed(error);
      return [];
    });
    for (const { id } of organisations) {
      await this.#deps.hospital(id).then((hospital) => this.look(hospital)).catch((error: unknown) => failed(error, id));
    }
  }

  /** Ends a run that lost its gateway, begins one that is due, and measures. */
  async look(hospital: Hospital): Promise<void> {
    const { client } = hospital;
    const now = this.#deps.clock();
    const [setting, [last, before], outage] = await Promise.all([
      client.canarySetting.findUniqueOrThrow({ where: { id: 1 } }),
      client.canaryRun.findMany({ orderBy: [{ begunAt: 'desc' }, { id: 'desc' }], take: 2 }),
      client.canaryOutage.findFirst({ where: { mendedAt: null }, select: { id: true } }),
    ]);
    await this.#measure(hospital, setting, outage !== null);
    if (last?.state === 'running') {
      const isLost = !this.#led.has(last.id) && now > last.begunAt.getTime() + setting.limitMs + LOST_AFTER_MS;
      // Once is a restart; twice is a gateway that does not live through a canary.
      if (isLost) await endRun(this.#deps, hospital, last.id, before?.state === 'interrupted' ? { state: 'broken', stage: 'heard', reason: 'gateway-ended' } : { state: 'interrupted' });
      return;
    }
    const facts = { setting: { everyMs: setting.everyMs, changedAt: setting.changedAt.getTime() }, last: last ? { state: canaryStateSchema.parse(last.state), begunAt: last.begunAt.getTime() } : null, isBroken: outage !== null };
    if (canaryDue(facts, now)) await this.begin(hospital);
  }

  /** Begins a run now, unless one is under way; it goes on by itself. */
  async begin(hospital: Hospital): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const { client } = hospital;
    const { limitMs } = await client.canarySetting.findUniqueOrThrow({ where: { id: 1 } });
    const run = await beginRun(this.#deps, hospital, limitMs);
    if (run === null) return;
    const leading = leadRun(this.#deps, hospital, run, this.#stopping.signal)
      .catch((error: unknown) => this.#deps.log.error({ event: 'canary.not-ended', organisation: hospital.organisationId, err: error }))
      .finally(() => this.#led.delete(run.id));
    this.#led.set(run.id, leading);
    await client.canaryRun.deleteMany({ where: { begunAt: { lt: new Date(this.#deps.clock() - KEEP_MS) }, state: { not: 'running' } } });
  }

  /** Resolves when no run is led here any more. */
  async settle(): Promise<void> {
    await Promise.all(this.#led.values());
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.settle();
  }

  async #measure({ client, organisationId: organisation }: Hospital, setting: { readonly everyMs: number | null; readonly changedAt: Date }, isBroken: boolean): Promise<void> {
    const { metrics } = this.#deps;
    metrics.gauge('readroom_alert_path_broken', '1 while the last canary of the hospital did not pass', ['organisation']).set({ organisation }, isBroken ? 1 : 0);
    const age = metrics.gauge('readroom_alert_path_proved_age_seconds', 'Since a canary of the hospital last passed; none while it is switched off', ['organisation']);
    if (setting.everyMs === null) return age.remove({ organisation });
    const passed = await client.canaryRun.findFirst({ where: { state: 'passed' }, orderBy: { begunAt: 'desc' }, select: { endedAt: true } });
    age.set({ organisation }, Math.max(0, this.#deps.clock() - (passed?.endedAt ?? setting.changedAt).getTime()) / SECOND_MS);
  }
}

export const canaries = perDeps((deps) => new Canaries(deps));

/** AL6: looks every few seconds whether a hospital's canary is due. */
export function canaryService(deps: Deps): Service {
  const looks = repeat(() => canaries(deps).lookEverywhere(), EVERY_MS);
  let first: NodeJS.Timeout | undefined;
  return {
    name: 'canary',
    async start() {
      first = setTimeout(() => void looks.start(), FIRST_LOOK_MS);
    },
    async stop() {
      clearTimeout(first);
      await canaries(deps).stop();
      await looks.stop();
    },
  };
}
