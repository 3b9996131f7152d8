import { canaryStageSchema, reasonText, STAGE_TEXT, type CanaryRun } from '@readroom/shared/alert/canary';
import { absoluteText } from '../../lib/time.ts';
import { sinceText, STAGE_HEAD } from './path-text.ts';

/** The last canaries, the newest first: each stage in seconds since the run began. */
export function RunsTable({ runs }: { runs: readonly CanaryRun[] }) {
  if (runs.length === 0) return <p className="rounded-md border border-line bg-raised px-4 py-3 text-muted">No canary has run yet.</p>;
  return (
    <div className="overflow-x-auto">
      <table className="w-full min-w-[72rem] text-left">
        <caption className="sr-only">Canaries and the seconds after which each stage was reached</caption>
        <thead className="text-xs text-muted">
          <tr>
            <th scope="col" className="w-44 py-1 font-normal">Begun</th>
            <th scope="col" className="w-32 py-1 font-normal">Node</th>
            {canaryStageSchema.options.map((stage) => (
              <th key={stage} scope="col" title={STAGE_TEXT[stage]} className="w-20 py-1 pr-3 text-right font-normal">
                {STAGE_HEAD[stage]}
              </th>
            ))}
            <th scope="col" className="py-1 font-normal">Outcome</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.id} className="h-8 border-t border-line" data-state={run.state}>
              <td className="nums whitespace-nowrap pr-3">{absoluteText(run.begunAt)}</td>
              <td className="max-w-32 truncate pr-3">
                <bdi>{run.node ?? '–'}</bdi>
              </td>
              {canaryStageSchema.options.map((stage) => (
                <td key={stage} className={stage === run.brokenStage ? 'nums bg-critical-wash pr-3 text-right text-critical-text' : 'nums pr-3 text-right text-muted'}>
                  {sinceText(run.times[stage], run.begunAt)}
                </td>
              ))}
              <td className={run.state === 'broken' ? 'text-critical-text' : run.state === 'passed' ? 'text-routine-text' : 'text-muted'}>{outcomeText(run)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function outcomeText({ state, brokenStage, reason }: CanaryRun): string {
  switch (state) {
    case 'running': return 'under way';
    case 'passed': return 'passed';
    case 'interrupted': return 'interrupted: its gateway stopped';
    case 'broken': return `broken at ${brokenStage === null ? '' : STAGE_TEXT[brokenStage]}. ${reason === null ? '' : reasonText(reason)}`;
    default: return state satisfies never;
  }
}
