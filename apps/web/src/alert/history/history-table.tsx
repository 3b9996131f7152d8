import Link from 'next/link';
import { awaitsCommunication, type Alert } from '@readroom/shared/alert/alert';
import { whoText } from '@readroom/shared/alert/hospital-page';
import { absoluteText } from '../../lib/time.ts';
import { Button } from '../../ui/button.tsx';
import { Badge, SyntheticBadge } from '../../ui/marks/marks.tsx';
import { SeverityMark } from '../../ui/marks/severity.tsx';
import { alertPatient, alertTitle, outcomeText } from '../screens/alert-text.ts';

/** One row an alert: what, whose, who took it, who was told. The chain is one press away. */
export function HistoryTable({ alerts, onShow }: { alerts: readonly Alert[]; onShow(alertId: string): void }) {
  return (
    <table className="w-full table-fixed text-left">
      <thead className="text-xs text-muted">
        <tr>
          <th className="w-48 py-1 font-normal">Raised</th>
          <th className="w-28 py-1 font-normal">Severity</th>
          <th className="py-1 font-normal">Finding and patient</th>
          <th className="w-52 py-1 font-normal">Acknowledged</th>
          <th className="py-1 font-normal">Communicated</th>
          <th className="w-24 py-1 font-normal">
            <span className="sr-only">Chain</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {alerts.map((alert) => (
          <Row key={alert.id} alert={alert} onShow={() => onShow(alert.id)} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ alert, onShow }: { alert: Alert; onShow(): void }) {
  return (
    <tr className="border-t border-line align-top">
      <td className="nums py-2 pr-3 whitespace-nowrap">{absoluteText(alert.raisedAt)}</td>
      <td className="py-2 pr-3">
        <SeverityMark state={alert.severity} />
      </td>
      <td className="py-2 pr-3">
        <Link href={`/studies/${alert.studyId}`} className="hover:underline">
          {alertTitle(alert)}
        </Link>{' '}
        {alert.withdrawn && <Badge tone="urgent">Withdrawn</Badge>} {alert.synthetic && <SyntheticBadge />}
        <span className="block text-muted">
          <bdi>{alertPatient(alert)}</bdi>
        </span>
      </td>
      <td className="py-2 pr-3">
        {alert.acknowledgedAt === null ? (
          <Badge tone="critical">Open</Badge>
        ) : (
          <>
            <bdi>{alert.acknowledgedBy === null ? '' : whoText(alert.acknowledgedBy)}</bdi>
            <span className="nums block text-muted">{absoluteText(alert.acknowledgedAt)}</span>
          </>
        )}
      </td>
      <td className="py-2 pr-3">{alert.state !== 'open' && (awaitsCommunication(alert) ? <Badge tone="urgent">Not yet communicated</Badge> : <span className="text-muted">{outcomeText(alert)}</span>)}</td>
      <td className="py-2 text-right">
        <Button size="small" aria-haspopup="dialog" aria-label={`Chain of ${alertTitle(alert)}, ${absoluteText(alert.raisedAt)}`} onClick={onShow}>
          Chain
        </Button>
      </td>
    </tr>
  );
}
