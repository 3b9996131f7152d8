import { SECOND_MS } from '@readroom/shared/clock';
import { severitySchema } from '@readroom/shared/finding/finding';
import type { Service } from '@readroom/shared/service';
import type { Deps } from '../../infra/deps.ts';
import { repeat } from '../../infra/repeat.ts';
import { followAlerts } from '../emit.ts';
import { escalateHospital } from './escalate.ts';
import type { Outstanding } from './escalate.ts';

const EVERY_MS = SECOND_MS;

/** Looks at every hospital's alerts once a second, one look after the other: what is due, and what changed. State lives in the database alone (AL4). */
export function alertLoop(deps: Deps, everyMs = EVERY_MS): Service {
  const looks = repeat(() => lookOnce(deps), everyMs);
  return {
    name: 'alert-loop',
    async start() {
      void looks.start();
    },
    stop: () => looks.stop(),
  };
}

/** One look. A hospital that fails is logged and looked at again next time; it stops none of the others. */
export async function lookOnce(deps: Deps): Promise<void> {
  try {
    const organisations = await deps.control.organisation.findMany({ select: { id: true } });
    const found: Outstanding[] = [];
    for (const { id } of organisations) found.push(...(await lookAt(deps, id)));
    measure(deps, found);
  } catch (error) {
    deps.log.error({ event: 'alert.loop-failed', err: error });
  }
}

async function lookAt(deps: Deps, organisation: string): Promise<Outstanding[]> {
  try {
    const outstanding = await escalateHospital(deps, organisation);
    await followAlerts(deps, organisation);
    return outstanding;
  } catch (error) {
    deps.metrics.counter('readroom_alert_loop_failures_total', 'Looks at a hospital that failed').inc();
    deps.log.error({ event: 'alert.escalate-failed', organisation, err: error });
    return [];
  }
}

function measure(deps: Deps, found: readonly Outstanding[]): void {
  const open = deps.metrics.gauge('readroom_alerts_open', 'Alerts nobody has acknowledged', ['severity']);
  const oldest = deps.metrics.gauge('readroom_alert_oldest_open_seconds', 'Age of the oldest alert nobody has acknowledged', ['severity']);
  for (const severity of severitySchema.options) {
    const raised = found.filter((alert) => alert.severity === severity).map((alert) => alert.raisedAt);
    open.set({ severity }, raised.length);
    oldest.set({ severity }, raised.length === 0 ? 0 : Math.max(0, deps.clock() - Math.min(...raised)) / SECOND_MS);
  }
}
