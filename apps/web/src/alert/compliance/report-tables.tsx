import type { ComplianceRow, Measure } from '@readroom/shared/alert/compliance';
import { limitText, type SealedReport } from '@readroom/shared/alert/compliance-csv';
import { absoluteText, spanText } from '../../lib/time.ts';
import { cx } from '../../ui/cx.ts';
import { percentText } from './report-text.ts';

/** The whole first, then the same by severity, site, shift and finding; below, what the numbers stand on. */
export function ReportTables({ sealed }: { sealed: SealedReport }) {
  const { report, head, madeAt, policies } = sealed;
  const parts: readonly [string, readonly ComplianceRow[]][] = [['All', [report.total]], ['By severity', report.severities], ['By site', report.sites], ['By shift', report.shifts], ['By finding', report.findings]];
  return (
    <>
      <table className="w-full table-fixed text-left">
        <caption className="sr-only">Alerts acknowledged and communicated within their limits</caption>
        <colgroup>
          <col />
          <col className="w-14" />
          {WIDTHS.map((width, index) => (
            <col key={index} className={width} />
          ))}
        </colgroup>
        <Heads />
        {parts.map(([title, rows]) => (
          <tbody key={title}>
            <tr className="border-t border-line-strong">
              <th scope="rowgroup" colSpan={12} className="pt-4 pb-1 text-xs font-normal text-muted">
                {title}
              </th>
            </tr>
            {rows.length === 0 && <Empty />}
            {rows.map((row) => (
              <Row key={row.group} row={row} />
            ))}
          </tbody>
        ))}
      </table>
      <div className="flex flex-col gap-1 text-xs text-muted">
        {policies.map(({ version, at, policy }) => (
          <p key={version} className="nums">
            Limits of policy {version}, for alerts raised from {absoluteText(at)}. Critical: {limitText(policy.critical)}. Urgent: {limitText(policy.urgent)}. Routine: {limitText(policy.routine)}.
          </p>
        ))}
        <p>Limits count from the raising of the alert. A percentage is of those within, late and missing; those still running or not required are left out of it.</p>
        <p className="nums">
          As of {absoluteText(madeAt)}. Audit chain at event {head.seq}: <code className="font-mono break-all">{head.hash}</code>
        </p>
      </div>
    </>
  );
}

/** Within, late, missing, median and not counted, twice; the group's name has the rest. */
const WIDTHS = ['w-28', 'w-12', 'w-16', 'w-20', 'w-24', 'w-28', 'w-12', 'w-16', 'w-20', 'w-24'] as const;
const COLUMNS = ['Within', 'Late', 'Missing', 'Median', 'Not counted'] as const;

function Heads() {
  return (
    <thead className="text-xs text-muted">
      <tr>
        <th rowSpan={2} className="py-1 font-normal">
          <span className="sr-only">Group</span>
        </th>
        <th rowSpan={2} scope="col" className="py-1 text-right align-bottom font-normal">
          Alerts
        </th>
        <th colSpan={5} scope="colgroup" className="py-1 text-right text-text">
          Acknowledged
        </th>
        <th colSpan={5} scope="colgroup" className="py-1 text-right text-text">
          Communicated
        </th>
      </tr>
      <tr>
        {['acknowledged', 'communicated'].flatMap((part) =>
          COLUMNS.map((text) => (
            <th key={`${part} ${text}`} scope="col" className="py-1 text-right font-normal">
              {text}
            </th>
          )),
        )}
      </tr>
    </thead>
  );
}

function Row({ row }: { row: ComplianceRow }) {
  return (
    <tr className="border-t border-line">
      <th scope="row" className="truncate py-1.5 font-normal" title={row.group}>
        <bdi>{row.group}</bdi>
      </th>
      <td className="nums py-1.5 text-right">{row.alerts}</td>
      <Cells measure={row.acknowledged} />
      <Cells measure={row.communicated} />
    </tr>
  );
}

function Cells({ measure }: { measure: Measure }) {
  const { within, late, missing, medianMs, running, exempt } = measure;
  return (
    <>
      <td className="nums py-1.5 text-right whitespace-nowrap">
        {percentText(measure)} <span className="inline-block min-w-7 text-xs text-muted">{within}</span>
      </td>
      <td className="nums py-1.5 text-right">{late}</td>
      <td className={cx('nums py-1.5 text-right', missing > 0 && 'text-critical-text')}>{missing}</td>
      <td className="nums py-1.5 text-right text-muted">{medianMs === null ? '' : spanText(medianMs)}</td>
      <td className="nums py-1.5 text-right text-muted" title={`${running} still running, ${exempt} not required`}>
        {running + exempt}
      </td>
    </>
  );
}

function Empty() {
  return (
    <tr>
      <td colSpan={12} className="py-1 text-muted">
        No alert was raised.
      </td>
    </tr>
  );
}
