import { useEffect, useMemo, useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Repeat, Repeats, SettleRepeat } from '@readroom/shared/quality/repeat';
import { api } from '../lib/api.ts';
import { askForNotifications, notificationState, useBrowserNotifications, type Note, type NotificationState } from '../lib/browser-notification.ts';
import { useLiveEvents } from '../lib/live/live.tsx';
import { problemOf } from '../lib/problem.ts';
import { useSession } from '../session/session.tsx';
import { useToast } from '../ui/toast.tsx';

const KEY = ['repeats'];
/** An event may be lost; a patient leaves within minutes. */
const LOOK_AGAIN_MS = 30_000;

export function useRepeats() {
  const session = useSession();
  const queryClient = useQueryClient();
  const allowed = session.may('repeat.view');
  const again = () => void queryClient.invalidateQueries({ queryKey: KEY });
  useLiveEvents({ repeats: again, connected: again });
  return useQuery({ queryKey: KEY, queryFn: ({ signal }) => api.repeats(signal), enabled: allowed, refetchInterval: LOOK_AGAIN_MS, refetchIntervalInBackground: true });
}

/** Those nobody has answered yet. */
export function openRepeats(repeats: Repeats | undefined): readonly Repeat[] {
  return repeats?.repeats.filter(({ settled }) => settled === null) ?? [];
}

/** Sends an answer and reads the page again, also when somebody else was first. */
export function useSettle(onDone: () => void) {
  const queryClient = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: (answer: SettleRepeat) => api.settleRepeat(answer),
    onSuccess: onDone,
    onError: (error) => toast({ tone: 'problem', title: 'The answer was not kept', text: problemOf(error).text }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: KEY }),
  });
}

/** A notification of the system for each series flagged while the page is out of sight. */
export function useRepeatNotifications(open: readonly Repeat[]): { readonly state: NotificationState; ask(): void } {
  const [state, setState] = useState<NotificationState>('absent');
  useEffect(() => setState(notificationState()), []);
  const notes = useMemo(() => open.map(noteOf), [open]);
  useBrowserNotifications(notes, () => undefined);
  return { state, ask: () => void askForNotifications().then(setState) };
}

function noteOf({ id, modality, station, reasons }: Repeat): Note {
  return { id, title: `${modality} to take again`, body: `${station}. ${reasons.map(({ text }) => text).join(' ')}`, stays: true };
}
