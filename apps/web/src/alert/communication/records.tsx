import type { Alert } from '@readroom/shared/alert/alert';
import { standing, type Communication } from '@readroom/shared/alert/communication';
import { whoText } from '@readroom/shared/alert/hospital-page';
import { absoluteText } from '../../lib/time.ts';
import { cx } from '../../ui/cx.ts';
import { saidText } from '../screens/alert-text.ts';

/** Every record of an alert, the corrected ones struck through and kept. `onCorrect` is null for who may not correct. */
export function Records({ alert, onCorrect }: { alert: Alert; onCorrect: ((record: Communication) => void) | null }) {
  const current = new Set(standing(alert.communications).map(({ id }) => id));
  return (
    <ul aria-label="Communication records" className="flex flex-col gap-1.5">
      {alert.communications.map((record) => (
        <li key={record.id} className="flex items-start gap-3">
          <p className="min-w-0 flex-1">
            {record.corrects !== null && <span className="text-muted">Correction: </span>}
            <bdi className={cx(!current.has(record.id) && 'text-muted line-through')}>{saidText(record.said)}</bdi>
            <span className="nums block text-xs text-muted">
              Recorded by <bdi>{whoText(record.by)}</bdi>, {absoluteText(record.recordedAt)}
              {!current.has(record.id) && ', corrected since'}
            </span>
          </p>
          {onCorrect !== null && current.has(record.id) && (
            <button type="button" className="shrink-0 rounded px-1.5 text-xs text-accent hover:underline" onClick={() => onCorrect(record)}>
              Correct
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
