import { useQuery } from '@tanstack/react-query';
import type { Alert, AlertCall } from '@readroom/shared/alert/alert';
import type { Delivery } from '@readroom/shared/alert/notification';
import { api } from '../../lib/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { absoluteText } from '../../lib/time.ts';
import { cx } from '../../ui/cx.ts';
import { outcomeText } from '../channels/channel-text.ts';
import { askedText, callText } from './call-text.ts';

/** AL13, AL14: each step of the ladder as it was recorded, whom it asked, and what was sent beside the browsers. */
export function CallsTable({ alert }: { alert: Alert }) {
  const sent = useQuery({ queryKey: ['alerts', 'deliveries', alert.id, alert.revision], queryFn: () => api.deliveriesOf(alert.id), staleTime: 0 });
  return (
    <>
      <table className="w-full table-fixed text-left">
        <caption className="sr-only">Who was called, step by step</caption>
        <thead className="text-xs text-muted">
          <tr>
            <th className="py-1 font-normal">Called</th>
            <th className="w-40 py-1 font-normal">When</th>
            <th className="w-84 py-1 pl-4 font-normal">Who was asked</th>
          </tr>
        </thead>
        {alert.calls.map((call) => (
          <tbody key={call.name}>
            <Row call={call} />
            {sent.data?.filter(({ step }) => step === call.name).map((delivery) => <Sent key={delivery.id} delivery={delivery} />)}
          </tbody>
        ))}
      </table>
      {sent.error && <p className="text-critical-text">{problemOf(sent.error).text}</p>}
    </>
  );
}

function Row({ call }: { call: AlertCall }) {
  return (
    <tr className="border-t border-line">
      <th scope="row" className="py-1 font-normal">
        {callText(call.name)}
      </th>
      <td className="nums py-1">{absoluteText(call.at)}</td>
      <td className="truncate py-1 pl-4 text-muted" title={askedText(call)}>
        <bdi>{askedText(call)}</bdi>
      </td>
    </tr>
  );
}

function Sent({ delivery }: { delivery: Delivery }) {
  return (
    <tr className="text-muted" data-state={delivery.state}>
      <td className="truncate py-0.5 pl-4">
        <bdi>{delivery.channel}</bdi>
      </td>
      <td className="nums py-0.5">{absoluteText(delivery.settledAt ?? delivery.createdAt)}</td>
      <td className={cx('truncate py-0.5 pl-4', delivery.state === 'dead' && 'text-critical-text')} title={outcomeText(delivery)}>
        {outcomeText(delivery)}
      </td>
    </tr>
  );
}
