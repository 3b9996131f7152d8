import type { ComponentProps } from 'react';
import { cx } from './cx.ts';

export type ButtonTone = 'plain' | 'primary' | 'danger' | 'ghost';

const TONE: { readonly [T in ButtonTone]: string } = {
  plain: 'border border-line-strong bg-raised-2 text-text hover:border-muted',
  primary: 'border border-transparent bg-accent text-surface font-medium hover:brightness-110',
  danger: 'border border-critical bg-critical-wash text-critical-text font-medium hover:brightness-125',
  ghost: 'border border-transparent text-muted hover:bg-raised-2 hover:text-text',
};

export interface ButtonProps extends ComponentProps<'button'> {
  tone?: ButtonTone;
  size?: 'small' | 'medium';
  /** Work is under way: the button keeps its size and can't be pressed twice. */
  busy?: boolean;
}

export function Button({ tone = 'plain', size = 'medium', busy = false, className, disabled, type = 'button', children, ...rest }: ButtonProps) {
  return (
    <button
      type={type}
      disabled={disabled === true || busy}
      aria-busy={busy || undefined}
      className={cx(
        'inline-flex shrink-0 items-center justify-center gap-1.5 rounded whitespace-nowrap select-none',
        'disabled:cursor-default disabled:opacity-55',
        size === 'small' ? 'h-6 px-2 text-xs' : 'h-8 px-3',
        TONE[tone],
        busy && 'animate-pulse',
        className,
      )}
      {...rest}
    >
      {children}
    </button>
  );
}

/** A square button that shows an icon and says its name. */
export function IconButton({ label, className, ...rest }: Omit<ButtonProps, 'aria-label'> & { label: string }) {
  return <Button tone="ghost" aria-label={label} title={label} className={cx('w-7 px-0!', className)} size="small" {...rest} />;
}
