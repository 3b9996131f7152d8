'use client';

import { createContext, useCallback, useContext, useEffect, useMemo, useReducer, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
import { useRouter } from 'next/navigation';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Alert } from '@readroom/shared/alert/alert';
import type { Communication } from '@readroom/shared/alert/communication';
import { calledBy } from '@readroom/shared/alert/escalation';
import { api } from '../lib/api.ts';
import { useLive, useLiveEvents } from '../lib/live/live.tsx';
import { useSession } from '../session/session.tsx';
import { awaitingAlerts, EMPTY_BOOK, openAlerts, receive, settle, titleBadge, type AlertBook } from './alert-book.ts';
import { askForNotifications, notificationState, useBrowserNotifications, type Note, type NotificationState } from '../lib/browser-notification.ts';
import { createProver, whenPainted, type Prover } from './proof.ts';
import { createSoundBox, type SoundBox, type SoundState } from './sound/sound-box.ts';
import { createSounder, createTurn } from './sound/sounder.ts';

/** An alert whose communication is being written down; `corrects` is the record that was wrong. */
export interface Communicating {
  readonly alert: Alert;
  readonly corrects: Communication | null;
}

export interface AlertCenter {
  /** Worst first. */
  readonly open: readonly Alert[];
  /** AL9: taken by somebody and not yet communicated, the oldest acknowledgement first. */
  readonly awaiting: readonly Alert[];
  readonly sound: SoundState;
  /** Whether a call is shown by the system while this page is out of sight. */
  readonly notifications: NotificationState;
  askForNotifications(): void;
  unlockSound(): void;
  testSound(): Promise<boolean>;
  /** The alert somebody is about to acknowledge. */
  readonly acknowledging: Alert | null;
  acknowledge(alert: Alert | null): void;
  readonly communicating: Communicating | null;
  communicate(target: Communicating | null): void;
  /** What this page has heard of alerts since it was opened. */
  readonly book: AlertBook;
  /** An alert that came another way than the socket: an answer to acknowledging it. */
  learn(alerts: readonly Alert[]): void;
  /** This alert, named, is on the screen. */
  painted(alertId: string): void;
}

const CenterContext = createContext<AlertCenter | null>(null);

export function useAlertCenter(): AlertCenter {
  const center = useContext(CenterContext);
  if (!center) throw new Error('useAlertCenter needs an AlertCenterProvider above it');
  return center;
}

/** AL2: for whatever shows an open alert by name. One that is only counted ("+2 more") was shown to nobody. */
export function useProofOfPaint({ id, state }: Alert): void {
  const { painted } = useAlertCenter();
  useEffect(() => (state === 'open' ? whenPainted(() => painted(id)) : undefined), [id, state, painted]);
}

/** Hears alerts on every page, proves what became of them, and sounds until somebody acknowledges. */
export function AlertCenterProvider({ children, makeContext = () => new AudioContext() }: { children: ReactNode; makeContext?: () => AudioContext }) {
  const prover = useProver();
  const { book, open, awaiting, learn } = useOpenAlerts(prover);
  const box = useSoundBox(makeContext);
  const sound = useSyncExternalStore(box?.subscribe ?? never, () => box?.state() ?? 'blocked', () => 'blocked' as const);
  // AL3: everybody sees the banner; the tone is for those the alert has called so far.
  const { role, userId: id } = useSession().member;
  const calling = useMemo(() => open.filter((alert) => calledBy(alert.calls, { id, role })), [open, id, role]);
  useSounding(calling, box, prover);
  const router = useRouter();
  const notes = useMemo(() => calling.map(noteOf), [calling]);
  useBrowserNotifications(notes, (alertId) => {
    const alert = calling.find((one) => one.id === alertId);
    if (alert) router.push(`/studies/${alert.studyId}`);
  });
  const [notifications, setNotifications] = useState<NotificationState>('absent');
  useEffect(() => setNotifications(notificationState()), []);
  useTitleBadge(open);
  const painted = useCallback((alertId: string) => prover.prove(alertId, 'painted'), [prover]);
  const [acknowledging, acknowledge] = useState<Alert | null>(null);
  const [communicating, communicate] = useState<Communicating | null>(null);
  const value = useMemo<AlertCenter>(
    () => ({
      open,
      awaiting,
      sound,
      notifications,
      askForNotifications: () => void askForNotifications().then(setNotifications),
      unlockSound: () => void box?.unlock(),
      testSound: async () => {
        await box?.unlock();
        return (await box?.play('critical')) ?? false;
      },
      acknowledging,
      acknowledge,
      communicating,
      communicate,
      book,
      learn,
      painted,
    }),
    [book, open, awaiting, sound, notifications, box, acknowledging, communicating, learn, painted],
  );
  return <CenterContext.Provider value={value}>{children}</CenterContext.Provider>;
}

function noteOf({ id: alertId, severity, label, modality }: Alert): Note {
  return { id: alertId, title: `${severity.charAt(0).toUpperCase()}${severity.slice(1)}: ${label}`, body: `${modality}. Nobody has acknowledged it yet.`, stays: severity === 'critical' };
}

const never = () => () => undefined;

type BookEvent = { readonly heard: readonly Alert[]; readonly at: number } | { readonly answer: readonly Alert[]; readonly askedAt: number; readonly at: number };

function bookReducer(book: AlertBook, event: BookEvent): AlertBook {
  return 'heard' in event ? receive(book, event.heard, event.at) : settle(book, event.answer, event.askedAt, event.at);
}

async function askOpen(signal: AbortSignal) {
  const askedAt = performance.now();
  return { askedAt, alerts: await api.openAlerts(signal) };
}

function useOpenAlerts(prover: Prover): { book: AlertBook; open: readonly Alert[]; awaiting: readonly Alert[]; learn(alerts: readonly Alert[]): void } {
  const session = useSession();
  const queryClient = useQueryClient();
  const [book, send] = useReducer(bookReducer, EMPTY_BOOK);
  const learn = useCallback((alerts: readonly Alert[]) => send({ heard: alerts, at: performance.now() }), []);
  const allowed = session.may('alert.view');
  const loaded = useQuery({ queryKey: ['alerts', 'open'], queryFn: ({ signal }) => askOpen(signal), enabled: allowed });
  useEffect(() => {
    if (!loaded.data) return;
    for (const alert of loaded.data.alerts) if (alert.state === 'open') prover.prove(alert.id, 'delivered');
    send({ answer: loaded.data.alerts, askedAt: loaded.data.askedAt, at: performance.now() });
  }, [loaded.data, prover]);
  useLiveEvents({
    alert: (alert) => {
      if (!allowed || alert.organisation !== session.membership.organisation) return;
      if (alert.state === 'open') prover.prove(alert.id, 'delivered');
      learn([alert]);
    },
    // AL4: whatever was raised while this page was away is in the open ones.
    connected: () => void queryClient.invalidateQueries({ queryKey: ['alerts'] }),
  });
  const open = useMemo(() => openAlerts(book), [book]);
  const awaiting = useMemo(() => awaitingAlerts(book), [book]);
  return { book, open, awaiting, learn };
}

function useProver(): Prover {
  const live = useLive();
  return useMemo(() => createProver((report) => live?.prove(report), Date.now), [live]);
}

function useSoundBox(makeContext: () => AudioContext): SoundBox | null {
  const [box, setBox] = useState<SoundBox | null>(null);
  const make = useRef(makeContext);
  useEffect(() => {
    const made = createSoundBox(() => make.current());
    setBox(made);
    // The first click or key anywhere is permission enough.
    const unlock = () => void made.unlock();
    window.addEventListener('pointerdown', unlock);
    window.addEventListener('keydown', unlock);
    return () => {
      window.removeEventListener('pointerdown', unlock);
      window.removeEventListener('keydown', unlock);
      made.close();
    };
  }, []);
  return box;
}

function useSounding(open: readonly Alert[], box: SoundBox | null, prover: Prover): void {
  const latest = useRef(open);
  const look = useRef<() => void>(() => undefined);
  useEffect(() => {
    if (!box) return undefined;
    const turn = createTurn(globalThis.navigator?.locks);
    const sounder = createSounder({ box, now: () => performance.now(), open: () => latest.current, sounded: (id) => prover.prove(id, 'sounded'), hasTurn: turn.has });
    look.current = () => {
      if (box.state() === 'ready') turn.take();
      void sounder.look();
    };
    const timer = setInterval(() => look.current(), 1_000);
    const stop = box.subscribe(() => look.current());
    return () => {
      clearInterval(timer);
      stop();
      turn.drop();
    };
  }, [box, prover]);
  useEffect(() => {
    latest.current = open;
    look.current();
  }, [open]);
}

function useTitleBadge(open: readonly Alert[]): void {
  const badge = useCallback((title: string) => titleBadge(open, title), [open]);
  useEffect(() => {
    document.title = badge('Readroom');
    return () => {
      document.title = 'Readroom';
    };
  }, [badge]);
}
