import type { Clock } from '@readroom/shared/clock';
import type { CriticalWatch } from './critical-watch.ts';
import { rankedList, shownAlert } from './ranked-list.ts';
import type { ListedStudy, ShownAlert } from './ranked-list.ts';
import type { LanRecord } from './record.ts';
import type { LanUser } from './users.ts';

/** Whether the gateway can be reached; in words of time only, for whoever is not signed in too. */
export interface CloudState {
  readonly reachable: boolean;
  /** Since when it cannot; null while it can. ms since epoch. */
  readonly since: number | null;
  /** Where everybody works while it can. */
  readonly address: string;
}

export interface LanState {
  readonly now: number;
  readonly person: { readonly account: string; readonly name: string };
  readonly cloud: CloudState;
  /** The node's own list counts: the cloud is away, or it does not take a critical result. */
  readonly active: boolean;
  readonly alerts: readonly ShownAlert[];
  readonly studies: readonly ListedStudy[];
}

export interface LanStateOptions {
  readonly record: LanRecord;
  readonly critical: Pick<CriticalWatch, 'standing'>;
  readonly clock: Clock;
  readonly afterMs: number;
  readonly gatewayUrl: string;
  /** Since when there is no link; null while there is one. */
  readonly linkDownSince: () => number | null;
}

export function lanState({ record, critical, clock, afterMs, gatewayUrl, linkDownSince }: LanStateOptions) {
  function cloud(): CloudState {
    const since = linkDownSince();
    const isAway = since !== null && (clock() - since >= afterMs || clock() < since);
    return { reachable: !isAway, since: isAway ? since : null, address: gatewayUrl };
  }
  return {
    cloud,
    /** While the cloud has everything nobody's name is shown: the list is there. */
    of({ account, name }: LanUser): LanState {
      const standing = critical.standing();
      const state = cloud();
      const active = !state.reachable || standing.length > 0;
      return { now: clock(), person: { account, name }, cloud: state, active, alerts: active ? standing.map((alert) => shownAlert(record, alert)).sort(openFirst) : [], studies: active ? rankedList(record) : [] };
    },
  };
}

function openFirst(a: ShownAlert, b: ShownAlert): number {
  return Number(a.acknowledged !== null) - Number(b.acknowledged !== null) || a.emittedAt - b.emittedAt;
}
