import type { Alert, AlertCall } from '@readroom/shared/alert/alert';
import { absoluteText } from '../../lib/time.ts';
import { askedText, callText } from './call-text.ts';

/** AL13: each step of the ladder as it was recorded, and whom it asked. */
export function CallsTable({ alert }: { alert: Alert }) {
  return (
    <table className="w-full table-fixed text-left">
      <caption className="sr-only">Who was called, step by step</caption>
      <thead className="text-xs text-muted">
        <tr>
          <th className="py-1 font-normal">Called</th>
          <th className="w-40 py-1 font-normal">When</th>
          <th className="w-84 py-1 pl-4 font-normal">Who was asked</th>
        </tr>
      </thead>
      <tbody>
        {alert.calls.map((call) => (
          <Row key={call.name} call={call} />
        ))}
      </tbody>
    </table>
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
