'use client';

import { useQuery } from '@tanstack/react-query';
import type { Alert } from '@readroom/shared/alert/alert';
import type { ChainLink } from '@readroom/shared/alert/chain';
import { api } from '../../lib/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { absoluteText } from '../../lib/time.ts';
import { cx } from '../../ui/cx.ts';
import { Skeleton } from '../../ui/states/states.tsx';
import { absentText, intervalText, STEP_TEXT, whoText } from './chain-text.ts';

/** AL10: how the result went from the image to the person told, link by link, and what nobody recorded. */
export function ChainTable({ alert }: { alert: Alert }) {
  const chain = useQuery({ queryKey: ['alerts', 'chain', alert.id, alert.revision], queryFn: () => api.alertChain(alert.id), staleTime: 0 });
  if (chain.error) return <p className="text-critical-text">{problemOf(chain.error).text}</p>;
  if (!chain.data) return <Skeleton className="h-64" />;
  return (
    <table className="w-full table-fixed text-left">
      <caption className="sr-only">The chain of this alert, with its times</caption>
      <thead className="text-xs text-muted">
        <tr>
          <th className="py-1 font-normal">Link</th>
          <th className="w-40 py-1 font-normal">When</th>
          <th className="w-24 py-1 text-right font-normal">After raising</th>
          <th className="w-24 py-1 text-right font-normal">After the last</th>
          <th className="w-36 py-1 pl-4 font-normal">Who first</th>
        </tr>
      </thead>
      <tbody>
        {chain.data.map((link) => (
          <Row key={link.step} link={link} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ link }: { link: ChainLink }) {
  return (
    <tr className="border-t border-line" data-link={link.step} data-state={link.state}>
      <th scope="row" className={cx('py-1 font-normal', link.at === null && 'text-muted')}>
        {STEP_TEXT[link.step]}
      </th>
      <td className={cx('nums py-1', link.state === 'missing' ? 'text-urgent-text' : link.at === null && 'text-muted')}>{link.at === null ? absentText(link) : absoluteText(link.at)}</td>
      <td className="nums py-1 text-right">{intervalText(link.sinceRaisedMs)}</td>
      <td className="nums py-1 text-right text-muted">{intervalText(link.sincePreviousMs)}</td>
      <td className="truncate py-1 pl-4 text-muted">
        <bdi>{whoText(link)}</bdi>
      </td>
    </tr>
  );
}
