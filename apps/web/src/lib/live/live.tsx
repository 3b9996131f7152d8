'use client';

import { createContext, useContext, useEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
import { linkStateOf, type LinkState } from './link-state.ts';
import { openLive, type Live, type LiveListener } from './socket.ts';

const LiveContext = createContext<Live | null>(null);

/** Opens the socket while somebody is signed in. `open` is what it opens, for a page that brings its own. */
export function LiveProvider({ children, open = openLive }: { children: ReactNode; open?: (now: () => number) => Live }) {
  const [live, setLive] = useState<Live | null>(null);
  const opener = useRef(open);
  useEffect(() => {
    const opened = opener.current(Date.now);
    setLive(opened);
    return () => opened.stop();
  }, []);
  return <LiveContext.Provider value={live}>{children}</LiveContext.Provider>;
}

export function useLive(): Live | null {
  return useContext(LiveContext);
}

/** Hears the socket while the component is on screen; the listener is that of the latest render. */
export function useLiveEvents(listener: LiveListener): void {
  const live = useLive();
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(
    () =>
      live?.listen({
        patch: (patch) => latest.current.patch?.(patch),
        head: (head) => latest.current.head?.(head),
        snapshot: () => latest.current.snapshot?.(),
        alert: (alert) => latest.current.alert?.(alert),
        repeats: () => latest.current.repeats?.(),
        viewers: (viewers) => latest.current.viewers?.(viewers),
        connected: () => latest.current.connected?.(),
        refused: () => latest.current.refused?.(),
      }),
    [live],
  );
}

const CONNECTING: LinkState = { kind: 'connecting' };

/** Looked at each second: staleness comes from silence, which is no event. */
export function useLinkState(): LinkState {
  const live = useLive();
  const subscribe = useMemo(
    () => (onChange: () => void) => {
      const timer = setInterval(onChange, 1_000);
      const stop = live?.subscribe(onChange);
      return () => {
        clearInterval(timer);
        stop?.();
      };
    },
    [live],
  );
  const read = () => {
    const state = live ? linkStateOf(live.facts(), Date.now()) : CONNECTING;
    return state.kind === 'stale' || state.kind === 'offline' ? `${state.kind}:${state.since}` : state.kind;
  };
  const text = useSyncExternalStore(subscribe, read, () => 'connecting');
  return useMemo(() => parseState(text), [text]);
}

function parseState(text: string): LinkState {
  const [kind, since] = text.split(':');
  if (kind === 'stale' || kind === 'offline') return { kind, since: Number(since) };
  return kind === 'live' ? { kind } : CONNECTING;
}
