'use client';

import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { FollowUp } from '@readroom/shared/alert/follow-up';
import { whoText } from '@readroom/shared/alert/hospital-page';
import { api } from '../../lib/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { useTicking } from '../../lib/ticker.ts';
import { absoluteText, dueText } from '../../lib/time.ts';
import { useSession } from '../../session/session.tsx';
import { Button } from '../../ui/button.tsx';
import { Badge } from '../../ui/marks/marks.tsx';
import { Skeleton } from '../../ui/states/states.tsx';
import { useAlertCenter } from '../alert-center.tsx';
import { AlertRow } from '../screens/alert-row.tsx';
import { alertPatient, alertTitle } from '../screens/alert-text.ts';
import { CloseDialog } from './close-dialog.tsx';

const REFRESH_MS = 60_000;

/** AL15: what acknowledged results still ask for, the first due first, and what became of the last ones. */
export function FollowUps() {
  const center = useAlertCenter();
  const [closing, setClosing] = useState<FollowUp | null>(null);
  // Read again when an alert is taken: that is when a task is made.
  const queryKey = ['follow-ups', center.open.map(({ id }) => id).join(' ')];
  const list = useQuery({ queryKey, queryFn: ({ signal }) => api.followUps(signal), refetchInterval: REFRESH_MS, placeholderData: (before) => before });
  return (
    <section aria-labelledby="follow-up-title">
      <h2 id="follow-up-title" className="mb-2 text-[15px] font-semibold">
        Follow-up
      </h2>
      {list.error && <p className="text-critical-text">{problemOf(list.error).text}</p>}
      {list.isPending && <Skeleton className="h-12" />}
      {list.data?.open.length === 0 && <p className="rounded-md border border-line bg-raised px-4 py-3 text-muted">Nothing to follow up. An urgent result comes here when it is acknowledged.</p>}
      <ul className="flex flex-col gap-2">
        {list.data?.open.map((task) => (
          <OpenTask key={task.id} task={task} onClose={() => setClosing(task)} />
        ))}
      </ul>
      {list.data && list.data.closed.length > 0 && <ClosedTasks tasks={list.data.closed} />}
      <CloseDialog task={closing} onDone={() => setClosing(null)} onClosed={() => void list.refetch()} />
    </section>
  );
}

function OpenTask({ task, onClose }: { task: FollowUp; onClose(): void }) {
  const session = useSession();
  const due = useTicking((now) => {
    const { text, state } = dueText(task.dueAt, now);
    return state === 'late' ? `overdue by ${text.slice(1)}` : `due in ${text}`;
  });
  return (
    <AlertRow
      alert={task.alert}
      selected={false}
      since={task.authoredAt}
      mark={
        <Badge tone={due.startsWith('overdue') ? 'critical' : 'quiet'} title={absoluteText(task.dueAt)}>
          {due}
        </Badge>
      }
      withdrawn="Withdrawn by a later analysis"
      detail={<>Acknowledged by <bdi>{task.alert.acknowledgedBy === null ? '' : whoText(task.alert.acknowledgedBy)}</bdi></>}
      action={session.may('alert.communicate') && <Button onClick={onClose}>Close</Button>}
    />
  );
}

function ClosedTasks({ tasks }: { tasks: readonly FollowUp[] }) {
  return (
    <details className="mt-2">
      <summary className="cursor-pointer text-muted">Closed lately ({tasks.length})</summary>
      <ul className="mt-2 flex flex-col gap-1">
        {tasks.map(({ id, alert, status, closed }) => (
          <li key={id} className="border-t border-line py-1.5">
            <p>
              {alertTitle(alert)} · <bdi>{alertPatient(alert)}</bdi>
            </p>
            <p className="text-muted">
              {status === 'completed' ? 'Done' : 'Not needed'}: <bdi>{closed?.note ?? ''}</bdi> (<bdi>{closed?.by.name ?? ''}</bdi>, <span className="nums">{absoluteText(closed?.at ?? 0)}</span>)
            </p>
          </li>
        ))}
      </ul>
    </details>
  );
}
