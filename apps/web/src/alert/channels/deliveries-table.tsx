import { useMutation } from '@tanstack/react-query';
import type { Delivery } from '@readroom/shared/alert/notification';
import { api } from '../../lib/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { absoluteText } from '../../lib/time.ts';
import { Button } from '../../ui/button.tsx';
import { callText } from '../chain/call-text.ts';
import { outcomeText } from './channel-text.ts';

/** What became of the messages: those given up first, and those may be sent again. */
export function DeliveriesTable({ deliveries, onChanged }: { deliveries: readonly Delivery[]; onChanged(): void }) {
  const again = useMutation({ mutationFn: api.sendAgain, onSettled: onChanged });
  if (deliveries.length === 0) return <p className="text-muted">Nothing was sent yet.</p>;
  return (
    <>
      {again.error && <p className="text-critical-text">{problemOf(again.error).text}</p>}
      <table className="w-full table-fixed text-left">
        <thead className="text-xs text-muted">
          <tr>
            <th className="w-44 py-1 font-normal">When</th>
            <th className="w-44 py-1 font-normal">Channel</th>
            <th className="w-36 py-1 font-normal">Call</th>
            <th className="py-1 font-normal">What became of it</th>
            <th className="w-28 py-1 font-normal">
              <span className="sr-only">Action</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {deliveries.map((delivery) => (
            <tr key={delivery.id} className="h-9 border-t border-line" data-state={delivery.state}>
              <td className="nums">{absoluteText(delivery.settledAt ?? delivery.createdAt)}</td>
              <td className="truncate pr-3">
                <bdi>{delivery.channel}</bdi>
              </td>
              <td className="pr-3">{callText(delivery.step)}</td>
              <td className={delivery.state === 'dead' ? 'text-critical-text' : 'text-muted'}>{outcomeText(delivery)}</td>
              <td className="text-right">
                {delivery.state === 'dead' && (
                  <Button size="small" busy={again.isPending} onClick={() => again.mutate(delivery.id)}>
                    Send again
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
