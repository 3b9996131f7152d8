import type { ReactNode } from 'react';
import { cx } from '../cx.ts';
import { EmptyIcon, LockIcon, OfflineIcon, ProblemIcon } from '../icons.ts';

/** A grey bar where text will be, of the size it will have. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cx('block rounded bg-raised-2', className)} />;
}

export type NoticeKind = 'empty' | 'problem' | 'offline' | 'forbidden';
const ICON = { empty: EmptyIcon, problem: ProblemIcon, offline: OfflineIcon, forbidden: LockIcon } as const;

export interface NoticeProps {
  kind: NoticeKind;
  title: string;
  /** What is safe and what to do next. */
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
}

/** Instead of content: what happened, what is safe, what to do. */
export function Notice({ kind, title, children, action, className }: NoticeProps) {
  const Icon = ICON[kind];
  return (
    <div role={kind === 'empty' ? 'status' : 'alert'} className={cx('flex h-full flex-col items-center justify-center gap-2 p-6 text-center', className)}>
      <Icon size={22} aria-hidden="true" className={kind === 'problem' ? 'text-critical-text' : 'text-muted'} />
      <p className="text-[15px] font-medium">{title}</p>
      {children !== undefined && <div className="max-w-[52ch] text-muted">{children}</div>}
      {action !== undefined && <div className="pt-1">{action}</div>}
    </div>
  );
}
