'use client';

import type { ReactNode } from 'react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { Action } from '@readroom/shared/access/can';
import { useSession } from '../session/session.tsx';
import { cx } from '../ui/cx.ts';
import { Notice } from '../ui/states/states.tsx';

const PAGES: readonly { readonly href: string; readonly title: string; readonly action: Action }[] = [
  { href: '/admin/members', title: 'Members', action: 'members.manage' },
  { href: '/admin/nodes', title: 'Edge nodes', action: 'node.view' },
  { href: '/admin/ranking', title: 'Ranking', action: 'worklist.view' },
  { href: '/admin/compliance', title: 'Critical results', action: 'alert.report' },
  { href: '/admin/escalation', title: 'Escalation', action: 'alert.report' },
  { href: '/admin/alert-path', title: 'Alert path', action: 'node.view' },
  { href: '/admin/on-call', title: 'On call', action: 'alert.report' },
  { href: '/admin/channels', title: 'Channels', action: 'hospital.configure' },
  { href: '/admin/audit', title: 'Audit', action: 'audit.view' },
];

interface AdminFrameProps {
  readonly title: string;
  readonly lead: string;
  readonly action: Action;
  readonly aside?: ReactNode;
  /** A table that has more to say on a wide screen. */
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** One idea a page; a page a role may not see is not offered, and says so when it is called by address. */
export function AdminFrame({ title, lead, action, aside, wide = false, children }: AdminFrameProps) {
  const session = useSession();
  const pathname = usePathname();
  return (
    <div className="flex h-full">
      <nav aria-label="Administration" className="w-48 shrink-0 border-r border-line p-2">
        <ul className="flex flex-col gap-px">
          {PAGES.filter((page) => session.may(page.action)).map((page) => (
            <li key={page.href}>
              <Link href={page.href} aria-current={pathname === page.href ? 'page' : undefined} className={cx('flex h-8 items-center rounded px-2', pathname === page.href ? 'bg-accent-wash' : 'text-muted hover:bg-raised-2 hover:text-text')}>
                {page.title}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className="min-w-0 flex-1 overflow-y-auto">
        {session.may(action) ? (
          <div className={cx('mx-auto flex flex-col gap-4 p-6', wide ? 'max-w-[110rem]' : 'max-w-[64rem]')}>
            <header className="flex items-end justify-between gap-4">
              <div>
                <h1 className="text-lg font-semibold">{title}</h1>
                <p className="text-muted">{lead}</p>
              </div>
              {aside}
            </header>
            {children}
          </div>
        ) : (
          <Notice kind="forbidden" title={`${title}: not part of your role`}>
            An administrator can change roles.
          </Notice>
        )}
      </div>
    </div>
  );
}

/** Shown once, never again: the secret with what to do with it. */
export function SecretOnce({ label, secret, children }: { label: string; secret: string; children: ReactNode }) {
  return (
    <div className="rounded-md border border-accent bg-accent-wash p-4">
      <p className="font-medium">{label}</p>
      <code className="mt-2 block font-mono text-[15px] break-all select-all">{secret}</code>
      <p className="mt-2 text-muted">{children}</p>
    </div>
  );
}
