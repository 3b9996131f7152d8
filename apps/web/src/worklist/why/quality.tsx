import type { Quality } from '@readroom/shared/finding/analysis';
import { cx } from '../../ui/cx.ts';

/** What the images did not give the model: reasons to trust its answer less. Nothing when there are none. */
export function QualityWarnings({ quality, className }: { quality: Quality | null; className?: string }) {
  if (!quality || quality.warnings.length === 0) return null;
  const words = quality.warnings.map(({ text }) => text).join(' ');
  return (
    <p role="note" title={words} className={cx('text-xs text-urgent-text', className)}>
      <span className="font-medium">Read with care.</span> {words}
    </p>
  );
}
