import type { Hospital } from '@readroom/db';
import { MINUTE_MS, SECOND_MS } from '@readroom/shared/clock';
import type { Service } from '@readroom/shared/service';
import type { Deps } from '../../infra/deps.ts';
import { repeat } from '../../infra/repeat.ts';
import { callSupervisor } from './call-supervisor.ts';
import { rerankList } from '../policy/rerank.ts';
import { makeSearchTerms } from '../search/make-terms.ts';
import { endAsides, expireOverrides } from './expire.ts';

type Look = (deps: Deps, hospital: Hospital) => Promise<void>;

/** What time alone changes in the list. Nothing is remembered between two looks: what fell due while every gateway was down happens at the next start. */
export const LIST_TIMERS: readonly { readonly name: string; readonly everyMs: number; readonly look: Look }[] = [
  { name: 'expire-overrides', everyMs: SECOND_MS, look: expireOverrides },
  { name: 'end-asides', everyMs: SECOND_MS, look: endAsides },
  { name: 'rerank', everyMs: SECOND_MS, look: rerankList },
  { name: 'call-supervisor', everyMs: 5 * MINUTE_MS, look: callSupervisor },
  { name: 'make-search-terms', everyMs: MINUTE_MS, look: makeSearchTerms },
];

/** Looks once before the port opens, then again a pause after each look's end. */
export function listTimers(deps: Deps): Service {
  const timers = LIST_TIMERS.map(({ name, everyMs, look }) => repeat(() => lookEverywhere(deps, name, look), everyMs));
  return {
    name: 'list-timers',
    async start() {
      for (const timer of timers) await timer.start();
    },
    async stop() {
      await Promise.all(timers.map((timer) => timer.stop()));
    },
  };
}

/** One look at every hospital. One that fails is logged and looked at again next time; it stops none of the others. */
export async function lookEverywhere(deps: Deps, name: string, look: Look): Promise<void> {
  const failed = (error: unknown, organisation?: string): void => {
    deps.metrics.counter('readroom_list_timer_failures_total', 'Looks of the list timers that failed', ['timer']).inc({ timer: name });
    deps.log.warn({ event: 'worklist.timer-failed', timer: name, organisation, err: error });
  };
  const organisations = await deps.control.organisation.findMany({ select: { id: true } }).catch((error: unknown) => {
    failed(error);
    return [];
  });
  for (const { id } of organisations) {
    await deps
      .hospital(id)
      .then((hospital) => look(deps, hospital))
      .catch((error: unknown) => failed(error, id));
  }
}
