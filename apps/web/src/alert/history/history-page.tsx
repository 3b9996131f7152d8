'use client';

import { useState } from 'react';
import Link from 'next/link';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useKeys } from '../../keys/keys.tsx';
import { api } from '../../lib/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { useSession } from '../../session/session.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice, Skeleton } from '../../ui/states/states.tsx';
import { newestOf } from '../alert-book.ts';
import { useAlertCenter } from '../alert-center.tsx';
import { AlertPanel } from '../chain/alert-panel.tsx';
import { FilterBar } from './filter-bar.tsx';
import { EMPTY_FORM, filterOf, type FilterForm } from './filter-form.ts';
import { HistoryTable } from './history-table.tsx';

const PAGE_SIZE = 50;

/** Every alert there was, the newest first, looked for by what a person remembers of it. */
export function HistoryPage() {
  const session = useSession();
  if (!session.may('alert.view')) return <Notice kind="forbidden" title="Alerts are not part of your role">They name patients.</Notice>;
  return <History />;
}

/** A search is asked once: its rows follow the live alerts, and the same question asked again is another audited page. */
function useHistory() {
  const [asked, setAsked] = useState<{ readonly form: FilterForm; readonly nth: number }>({ form: EMPTY_FORM, nth: 0 });
  const pages = useInfiniteQuery({
    queryKey: ['alert-history', asked],
    queryFn: ({ pageParam }) => api.searchAlerts({ ...filterOf(asked.form), limit: PAGE_SIZE, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  return { pages, search: (form: FilterForm) => setAsked({ form, nth: asked.nth + 1 }) };
}

function History() {
  const session = useSession();
  const center = useAlertCenter();
  const { pages, search } = useHistory();
  const [shownId, setShownId] = useState<string | null>(null);
  useKeys([{ context: 'alerts', id: 'alerts.search', keys: ['/'], label: 'Search past alerts', run: () => document.getElementById('alert-search')?.focus() }]);
  const alerts = newestOf(center.book, (pages.data?.pages ?? []).flatMap((page) => page.items));
  const shown = alerts.find((alert) => alert.id === shownId);
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto flex max-w-[100rem] flex-col gap-4 p-6">
        <div className="flex items-baseline justify-between gap-4">
          <h1 className="text-lg font-semibold">Past alerts</h1>
          <span className="flex gap-4">
            {session.may('alert.report') && (
              <Link href="/admin/compliance" className="text-accent hover:underline">
                Compliance report
              </Link>
            )}
            <Link href="/alerts" className="text-accent hover:underline">
              Open alerts
            </Link>
          </span>
        </div>
        <FilterBar onSearch={search} />
        {pages.isPending && <Skeleton className="h-96" />}
        {pages.error && <p className="text-critical-text">{problemOf(pages.error).text}</p>}
        {pages.data && <p role="status" className={alerts.length === 0 ? 'text-muted' : 'sr-only'}>{alerts.length === 0 ? 'No alert fits. Fewer filters find more.' : `${alerts.length} alerts shown`}</p>}
        {alerts.length > 0 && <HistoryTable alerts={alerts} onShow={setShownId} />}
        {pages.hasNextPage && (
          <Button className="self-start" busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            Show older alerts
          </Button>
        )}
      </div>
      <Dialog open={shown !== undefined} onOpenChange={(open) => !open && setShownId(null)} title="Alert" width="wide">
        <div className="p-4">{shown && <AlertPanel alert={shown} />}</div>
      </Dialog>
    </div>
  );
}
