import { useEffect, useRef } from 'react';

/** What the browser lets us do: `absent` where it has no notifications (or the page came by plain HTTP). */
export type NotificationState = 'granted' | 'denied' | 'default' | 'absent';

export function notificationState(): NotificationState {
  return 'Notification' in globalThis ? Notification.permission : 'absent';
}

/** Asks the person; must be called from a click. */
export async function askForNotifications(): Promise<NotificationState> {
  return 'Notification' in globalThis ? Notification.requestPermission() : 'absent';
}

/** Something to be told. It names no patient: it may be read over a shoulder, and on a locked screen. */
export interface Note {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  /** Stays until somebody closes it. */
  readonly stays: boolean;
}

/** Shows a notification of the system, once, for each note that comes while the page is not in sight. A click answers the note's id. */
export function useBrowserNotifications(notes: readonly Note[], open: (id: string) => void): void {
  const known = useRef(new Set<string>());
  const opened = useRef(open);
  useEffect(() => {
    opened.current = open;
  }, [open]);
  useEffect(() => {
    for (const note of notes) {
      if (known.current.has(note.id)) continue;
      known.current.add(note.id);
      if (document.visibilityState === 'hidden' && notificationState() === 'granted') show(note, () => opened.current(note.id));
    }
  }, [notes]);
}

function show({ id, title, body, stays }: Note, onClick: () => void): void {
  const notification = new Notification(title, { body, tag: id, requireInteraction: stays });
  notification.onclick = () => {
    window.focus();
    notification.close();
    onClick();
  };
}
