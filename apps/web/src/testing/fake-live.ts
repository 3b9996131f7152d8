import type { Alert, ProofReport } from '@readroom/shared/alert/alert';
import type { WorklistPatch } from '@readroom/shared/worklist/events';
import type { LinkFacts } from '../lib/live/link-state.ts';
import type { Live, LiveListener } from '../lib/live/socket.ts';

export interface FakeLive extends Live {
  readonly proofs: ProofReport[];
  /** What the page said it has open, in order. */
  readonly viewed: (string | null)[];
  patch(patch: Partial<WorklistPatch>): void;
  head(rev: number): void;
  snapshot(): void;
  alert(alert: Alert): void;
  repeats(): void;
  reconnect(): void;
  refuse(): void;
  setFacts(change: Partial<LinkFacts>): void;
}

/** The gateway's end of the socket, in the test's hands. */
export function createFakeLive(): FakeLive {
  const listeners = new Set<LiveListener>();
  const watchers = new Set<() => void>();
  const proofs: ProofReport[] = [];
  const viewed: (string | null)[] = [];
  let facts: LinkFacts = { connected: true, lastHeadAt: Date.now(), changedAt: Date.now() };
  const tell = (deliver: (listener: LiveListener) => void) => [...listeners].forEach(deliver);
  return {
    proofs,
    viewed,
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    facts: () => facts,
    subscribe: (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    prove: (report) => void proofs.push(report),
    view: (studyId) => void viewed.push(studyId),
    stop: () => listeners.clear(),
    patch: (patch) => tell((listener) => listener.patch?.({ organisation: 'org', prev: 1, rev: 2, upserts: [], removed: [], ...patch })),
    head: (rev) => tell((listener) => listener.head?.({ organisation: 'org', rev, at: Date.now() })),
    snapshot: () => tell((listener) => listener.snapshot?.()),
    alert: (alert) => tell((listener) => listener.alert?.(alert)),
    repeats: () => tell((listener) => listener.repeats?.()),
    reconnect: () => tell((listener) => listener.connected?.()),
    refuse: () => tell((listener) => listener.refused?.()),
    setFacts: (change) => {
      facts = { ...facts, ...change };
      watchers.forEach((watcher) => watcher());
    },
  };
}
