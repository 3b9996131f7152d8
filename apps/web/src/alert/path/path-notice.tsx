'use client';

import { useMemo } from 'react';
import Link from 'next/link';
import { useSession } from '../../session/session.tsx';
import { useBrowserNotifications, type Note } from '../../lib/browser-notification.ts';
import { delayText } from './path-text.ts';
import { usePath } from './use-path.ts';

/** AL6: only while the path is broken, on the list of everybody. It floats: it takes no room from the list. */
export function PathNotice() {
  const session = useSession();
  const path = usePath();
  const outage = path.data?.outage ?? null;
  const isStaff = session.may('node.view');
  useStaffNotification(isStaff ? (outage?.since ?? null) : null);
  if (!path.data || outage === null) return null;
  return (
    <div role="alert" className="absolute inset-x-0 bottom-22 z-30 mx-auto flex w-fit max-w-[calc(100%-1rem)] items-center gap-3 rounded border border-critical bg-critical-wash px-3 py-1.5 text-xs">
      <span>{delayText(path.data)}</span>
      {isStaff && (
        <Link href="/admin/alert-path" className="whitespace-nowrap text-accent underline">
          What is broken
        </Link>
      )}
    </div>
  );
}

/** Tells IT by the system's own notification where the page is out of sight, once an outage; the tag keeps several pages to one. */
function useStaffNotification(since: number | null): void {
  const notes = useMemo((): Note[] => (since === null ? [] : [{ id: `path-${since}`, title: 'Readroom: alert path BROKEN', body: 'Critical alerts may be delayed or lost.', stays: true }]), [since]);
  useBrowserNotifications(notes, () => undefined);
}
