import { alertEventSchema, type Alert, type ProofReport } from '@readroom/shared/alert/alert';
import { RT_PATH, worklistHeadSchema, worklistPatchSchema, worklistSnapshotEventSchema, type WorklistHead, type WorklistPatch } from '@readroom/shared/worklist/events';
import { VIEWERS_EVENT, viewersEventSchema, VIEWING_EVENT, type Viewer } from '@readroom/shared/worklist/presence';
import { REPEATS_EVENT, repeatsEventSchema } from '@readroom/shared/quality/repeat';
import { io, type Socket } from 'socket.io-client';
import { heardGatewayClock } from '../ticker.ts';
import type { LinkFacts } from './link-state.ts';

export interface LiveListener {
  patch?(patch: WorklistPatch): void;
  head?(head: WorklistHead): void;
  /** Everything may have changed, or something came that this page can't read: fetch again. */
  snapshot?(): void;
  alert?(alert: Alert): void;
  /** The flagged series changed: ask again. */
  repeats?(): void;
  /** LF7: who has which study open now. */
  viewers?(viewers: readonly Viewer[]): void;
  /** Connected, for the first time or again. */
  connected?(): void;
  /** The gateway refused the session. */
  refused?(): void;
}

export interface Live {
  listen(listener: LiveListener): () => void;
  facts(): LinkFacts;
  subscribe(onChange: () => void): () => void;
  prove(report: ProofReport): void;
  /** The study this page has open, null for none; said again whenever the socket comes back. */
  view(studyId: string | null): void;
  stop(): void;
}

const REFUSALS = new Set(['unauthenticated', 'unauthorized', 'forbidden']);

/** The one socket of a page: list patches, heads and alerts come down it, proofs go up. `url` is for programs that are no page of the gateway. */
export function openLive(now: () => number, url?: string): Live {
  const options = { path: RT_PATH, transports: ['websocket'], reconnectionDelay: 300, reconnectionDelayMax: 3_000, withCredentials: true };
  const socket = url === undefined ? io(options) : io(url, options);
  const listeners = new Set<LiveListener>();
  const watchers = new Set<() => void>();
  let facts: LinkFacts = { connected: false, lastHeadAt: null, changedAt: now() };
  const setFacts = (change: Partial<LinkFacts>) => {
    facts = { ...facts, ...change };
    watchers.forEach((watcher) => watcher());
  };
  const tell = (deliver: (listener: LiveListener) => void) => listeners.forEach(deliver);

  let viewing: string | null = null;
  socket.on('connect', () => {
    if (viewing !== null) socket.emit(VIEWING_EVENT, { studyId: viewing });
    setFacts({ connected: true, changedAt: now() });
    tell((listener) => listener.connected?.());
  });
  socket.on('disconnect', (reason) => {
    setFacts({ connected: false, changedAt: now() });
    // The server closed it (access changed, restart): socket.io leaves coming back to us.
    if (reason === 'io server disconnect') socket.connect();
  });
  socket.on('connect_error', (error) => {
    if (REFUSALS.has(error.message.toLowerCase())) tell((listener) => listener.refused?.());
  });
  socket.on('rt:head', (raw: unknown) => {
    const head = worklistHeadSchema.safeParse(raw);
    if (!head.success) return;
    heardGatewayClock(head.data.at);
    setFacts({ lastHeadAt: now() });
    tell((listener) => listener.head?.(head.data));
  });
  hearPushes(socket, tell);
  return {
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    facts: () => facts,
    subscribe: (onChange) => {
      watchers.add(onChange);
      return () => watchers.delete(onChange);
    },
    prove: (report) => {
      socket.emit('rt:proof', report);
    },
    view: (studyId) => {
      viewing = studyId;
      if (socket.connected) socket.emit(VIEWING_EVENT, { studyId });
    },
    stop: () => {
      socket.disconnect();
    },
  };
}

/** What the gateway pushes, parsed; what cannot be read of the list has it asked for anew. */
function hearPushes(socket: Socket, tell: (deliver: (listener: LiveListener) => void) => void): void {
  socket.on('rt:patch', (raw: unknown) => {
    const patch = worklistPatchSchema.safeParse(raw);
    tell((listener) => (patch.success ? listener.patch?.(patch.data) : listener.snapshot?.()));
  });
  socket.on('rt:snapshot', (raw: unknown) => {
    if (worklistSnapshotEventSchema.safeParse(raw).success) tell((listener) => listener.snapshot?.());
  });
  socket.on(REPEATS_EVENT, (raw: unknown) => {
    if (repeatsEventSchema.safeParse(raw).success) tell((listener) => listener.repeats?.());
  });
  socket.on(VIEWERS_EVENT, (raw: unknown) => {
    const event = viewersEventSchema.safeParse(raw);
    if (event.success) tell((listener) => listener.viewers?.(event.data.viewers));
  });
  socket.on('rt:alert', (raw: unknown) => {
    const event = alertEventSchema.safeParse(raw);
    if (event.success) tell((listener) => listener.alert?.(event.data.alert));
  });
}
