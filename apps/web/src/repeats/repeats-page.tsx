'use client';

import { useMemo, useState } from 'react';
import type { Repeat } from '@readroom/shared/quality/repeat';
import { problemOf } from '../lib/problem.ts';
import { useSession } from '../session/session.tsx';
import { Button } from '../ui/button.tsx';
import { Notice, Skeleton } from '../ui/states/states.tsx';
import { NotNeededDialog } from './not-needed.tsx';
import { RepeatRow } from './repeat-row.tsx';
import { openRepeats, useRepeatNotifications, useRepeats, useSettle } from './use-repeats.ts';

/** QU5: what a technologist sees: the series to take again while the patient is still there, and what was answered. */
export function RepeatsPage() {
  const session = useSession();
  const loaded = useRepeats();
  const open = useMemo(() => openRepeats(loaded.data), [loaded.data]);
  const notifications = useRepeatNotifications(open);
  if (!session.may('repeat.view')) {
    return (
      <Notice kind="forbidden" title="Repeats are not part of your role">
        Technologists are told here which series to take again. What is wrong with a series stands on its study’s page too.
      </Notice>
    );
  }
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto flex max-w-[72rem] flex-col gap-6 p-6">
        <div className="flex items-baseline justify-between gap-4">
          <h1 className="text-lg font-semibold">Repeats of the last 24 hours</h1>
          {notifications.state === 'default' && <Button onClick={notifications.ask}>Notify me when this page is out of sight</Button>}
          {notifications.state === 'granted' && <p className="text-xs text-muted">You are notified when this page is out of sight. No patient is named.</p>}
        </div>
        {loaded.isPending && <Skeleton className="h-40" />}
        {loaded.error && <p role="alert" className="text-critical-text">{problemOf(loaded.error).text} What stands below may be out of date.</p>}
        {loaded.data && <Lists open={open} settled={loaded.data.repeats.filter(({ settled }) => settled !== null)} />}
        {loaded.data?.more === true && <p className="text-muted">There are more than are shown here. So many flagged series point to the machine: have it looked at.</p>}
      </div>
    </div>
  );
}

function Lists({ open, settled }: { open: readonly Repeat[]; settled: readonly Repeat[] }) {
  const session = useSession();
  const [refusing, setRefusing] = useState<Repeat | null>(null);
  const settle = useSettle(() => setRefusing(null));
  const maySettle = session.may('repeat.settle');
  return (
    <>
      <section aria-labelledby="open-title">
        <h2 id="open-title" className="mb-2 text-[15px] font-semibold">
          To take again <span className="nums text-muted">{open.length}</span>
        </h2>
        {open.length === 0 && <p className="rounded-md border border-line bg-raised px-4 py-3 text-muted">Nothing to repeat. A series that looks spoiled appears here by itself, seconds after it was sent.</p>}
        <ul className="flex flex-col gap-2">
          {open.map((repeat) => (
            <RepeatRow key={repeat.id} repeat={repeat}>
              {maySettle && (
                <>
                  <Button tone="primary" busy={settle.isPending} onClick={() => settle.mutate({ id: repeat.id, outcome: 'repeated', reason: '' })}>
                    Repeated
                  </Button>
                  <Button disabled={settle.isPending} onClick={() => setRefusing(repeat)}>
                    Not needed
                  </Button>
                </>
              )}
            </RepeatRow>
          ))}
        </ul>
      </section>
      {settled.length > 0 && (
        <section aria-labelledby="settled-title">
          <h2 id="settled-title" className="mb-2 text-[15px] font-semibold">
            Answered
          </h2>
          <ul className="flex flex-col gap-2">
            {settled.map((repeat) => (
              <RepeatRow key={repeat.id} repeat={repeat} />
            ))}
          </ul>
        </section>
      )}
      <NotNeededDialog repeat={refusing} busy={settle.isPending} onClose={() => setRefusing(null)} onSettle={settle.mutate} />
    </>
  );
}
