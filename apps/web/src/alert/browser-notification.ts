import { useEffect, useRef } from 'react';
import type { Alert } from '@readroom/shared/alert/alert';

/** What the browser lets us do: `absent` where it has no notifications (or the page came by plain HTTP). */
export type NotificationState = 'granted' | 'denied' | 'default' | 'absent';

export function notificationState(): NotificationState {
  return 'Notification' in globalThis ? Notification.permission : 'absent';
}

/** Asks the person; must be called from a click. */
export async function askForNotifications(): Promise<NotificationState> {
  return 'Notification' in globalThis ? Notification.requestPermission() : 'absent';
}

/**
 * Shows a notification of the system for each alert that begins to call this person while the page is not in sight. It names no
 * patient: it may be read over a shoulder, and on a locked screen.
 */
export function useBrowserNotifications(calling: readonly Alert[], open: (alert: Alert) => void): void {
  const known = useRef(new Set<string>());
  const opened = useRef(open);
  useEffect(() => {
    opened.current = open;
  }, [open]);
  useEffect(() => {
    for (const alert of calling) {
      if (known.current.has(alert.id)) continue;
      known.current.add(alert.id);
      if (document.visibilityState === 'hidden' && notificationState() === 'granted') show(alert, () => opened.current(alert));
    }
  }, [calling]);
}

function show({ id, severity, label, modality }: Alert, onClick: () => void): void {
  const notification = new Notification(`${severity.charAt(0).toUpperCase()}${severity.slice(1)}: ${label}`, { body: `${modality}. Nobody has acknowledged it yet.`, tag: id, requireInteraction: severity === 'critical' });
  notification.onclick = () => {
    window.focus();
    notification.close();
    onClick();
  };
}
