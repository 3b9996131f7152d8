import type { Quality } from '@readroom/shared/finding/analysis';
import { isFlagged } from '@readroom/shared/quality/route';
import { cx } from '../../ui/cx.ts';

/**
 * What the images did not give the model: reasons to trust its answer less, above all where they look spoiled; and that nobody
 * looked, where quality was not assessed. Nothing when there is nothing to say.
 */
export function QualityWarnings({ quality, className }: { quality: Quality | null; className?: string }) {
  if (!quality) return null;
  const series = quality.series ?? [];
  const isSpoiled = series.some(({ route }) => isFlagged(route));
  const unassessed = [...new Set(series.filter(({ route }) => route === null).flatMap(({ reasons }) => reasons.map(({ text }) => text)))];
  const words = [...quality.warnings.map(({ text }) => text), ...unassessed].join(' ');
  if (words === '') return null;
  const isWarning = quality.warnings.length > 0;
  return (
    <p role="note" title={words} className={cx('text-xs', isWarning ? 'text-urgent-text' : 'text-muted', className)}>
      {isWarning && <span className="font-medium">{isSpoiled ? 'Do not rely on AI here.' : 'Read with care.'}</span>} {words}
      {isSpoiled && ' Flagged for a repeat.'}
    </p>
  );
}
