import { Fragment } from 'react';
import { canaryStageSchema, reasonText, STAGE_TEXT, type CanaryRun, type CanaryState } from '@readroom/shared/alert/canary';
import { absoluteText } from '../../lib/time.ts';
import { cx } from '../../ui/cx.ts';
import { sinceText, STAGE_HEAD } from './path-text.ts';

const OUTCOME: { readonly [S in CanaryState]: string } = { running: 'under way', passed: 'passed', broken: 'broken', interrupted: 'interrupted' };
const TONE: { readonly [S in CanaryState]: string } = { running: 'text-muted', passed: 'text-routine-text', broken: 'text-critical-text', interrupted: 'text-muted' };
const COLUMNS = 3 + canaryStageSchema.options.length;

/** The last canaries, the newest first: each stage in seconds since the run began. */
export function RunsTable({ runs }: { runs: readonly CanaryRun[] }) {
  if (runs.length === 0) return <p className="rounded-md border border-line bg-raised px-4 py-3 text-muted">No canary has run yet.</p>;
  return (
    <div className="overflow-x-auto">
      <table className="w-full min-w-[64rem] table-fixed text-left">
        <caption className="sr-only">Canaries and the seconds after which each stage was reached</caption>
        <thead className="text-xs text-muted">
          <tr>
            <th scope="col" className="w-42 py-1 font-normal">Begun</th>
            <th scope="col" className="w-22 py-1 font-normal">Outcome</th>
            <th scope="col" className="py-1 font-normal">Node</th>
            {canaryStageSchema.options.map((stage) => (
              <th key={stage} scope="col" title={STAGE_TEXT[stage]} className="w-[4.25rem] py-1 pr-1 text-right font-normal">
                {STAGE_HEAD[stage]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <Fragment key={run.id}>
              <Row run={run} />
              {whyText(run) !== '' && (
                <tr>
                  <td colSpan={COLUMNS} className="pb-2 text-muted">
                    {whyText(run)}
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ run }: { run: CanaryRun }) {
  return (
    <tr className="h-8 border-t border-line" data-state={run.state}>
      <td className="nums truncate pr-2">{absoluteText(run.begunAt)}</td>
      <td className={TONE[run.state]}>{OUTCOME[run.state]}</td>
      <td className="truncate pr-2">
        <bdi>{run.node ?? '–'}</bdi>
      </td>
      {canaryStageSchema.options.map((stage) => (
        <td key={stage} className={cx('nums pr-1 text-right', stage === run.brokenStage ? 'bg-critical-wash text-critical-text' : 'text-muted')}>
          {sinceText(run.times[stage], run.begunAt)}
        </td>
      ))}
    </tr>
  );
}

/** Why it is no proof; empty where it is one or still may be. */
function whyText({ state, brokenStage, reason }: CanaryRun): string {
  if (state === 'interrupted') return 'Its gateway stopped in the middle: it proves nothing, and another is sent.';
  if (state !== 'broken' || brokenStage === null) return '';
  return `At ${STAGE_TEXT[brokenStage]}. ${reason === null ? '' : reasonText(reason)}`;
}
