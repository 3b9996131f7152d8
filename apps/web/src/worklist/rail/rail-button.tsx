import type { ReactNode } from 'react';
import { cx } from '../../ui/cx.ts';
import { Count } from '../../ui/marks/marks.tsx';

export interface RailButtonProps {
  pressed: boolean;
  count: number;
  children: ReactNode;
  onClick(): void;
}

/** A list or a value with how many studies it would show. */
export function RailButton({ pressed, count, children, onClick }: RailButtonProps) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      onClick={onClick}
      className={cx('flex h-7 w-full items-center justify-between gap-2 rounded px-2 text-left', pressed ? 'bg-accent-wash text-text' : 'hover:bg-raised-2', count === 0 && !pressed && 'text-muted')}
    >
      <span className="min-w-0 truncate">{children}</span>
      <Count value={count} />
    </button>
  );
}
