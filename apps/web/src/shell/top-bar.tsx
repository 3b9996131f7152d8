'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { AlertBar } from '../alert/screens/alert-bar.tsx';
import { SoundButton } from '../alert/screens/sound-button.tsx';
import { useAlertCenter } from '../alert/alert-center.tsx';
import { Mark } from '../session/front-frame.tsx';
import { useSession } from '../session/session.tsx';
import { cx } from '../ui/cx.ts';
import { Badge } from '../ui/marks/marks.tsx';
import { LinkBadge } from './link-badge.tsx';
import { UserMenu } from './user-menu.tsx';

export const TOP_BAR_CLASS = 'flex h-12 shrink-0 items-stretch border-b border-line bg-raised max-[699px]:h-24 max-[699px]:flex-wrap max-[699px]:content-start';

export function TopBar({ onHelp, onPalette }: { onHelp(): void; onPalette(): void }) {
  const session = useSession();
  return (
    <header className={TOP_BAR_CLASS}>
      <div className="flex items-center gap-4 px-4 max-[1439px]:gap-2 max-[1439px]:px-3 max-[699px]:h-12">
        <Link href="/" aria-label={session.may('worklist.view') ? 'Readroom, to the list' : 'Readroom, to the repeats'}>
          <Mark short />
        </Link>
        {session.membership.demo && (
          <span className="max-[699px]:sr-only">
            <Badge tone="accent" title="Synthetic patients; the demo accounts are open">Demo</Badge>
          </span>
        )}
      </div>
      <Navigation />
      <AlertBar />
      <div className="flex items-center gap-1 px-3 max-[699px]:ml-auto max-[699px]:h-12 max-[699px]:px-1">
        <LinkBadge />
        {session.may('alert.view') && <SoundButton />}
        <UserMenu onHelp={onHelp} onPalette={onPalette} />
      </div>
    </header>
  );
}

function Navigation() {
  const session = useSession();
  const alerts = useAlertCenter();
  const admin = session.may('members.manage') ? '/admin/members' : session.may('node.view') ? '/admin/nodes' : null;
  return (
    <nav aria-label="Places" className="flex items-stretch pr-3 max-[699px]:h-12 max-[699px]:pr-0">
      {session.may('worklist.view') && <Place href="/" label="Worklist" />}
      {session.may('alert.view') && <Place href="/alerts" label="Alerts" count={alerts.open.length} />}
      {session.may('repeat.view') && <Place href="/repeats" label="Repeats" />}
      {admin !== null && <Place href={admin} under="/admin" label="Administration" />}
    </nav>
  );
}

function Place({ href, under = href, label, count = 0 }: { href: string; under?: string; label: string; count?: number }) {
  const pathname = usePathname();
  const here = under === '/' ? pathname === '/' || pathname.startsWith('/studies') : pathname.startsWith(under);
  return (
    <Link href={href} aria-current={here ? 'page' : undefined} className={cx('flex items-center gap-1.5 border-b-2 px-3 max-[699px]:px-2', here ? 'border-accent text-text' : 'border-transparent text-muted hover:text-text')}>
      {label}
      {/* The place of the count is kept: a new alert must not push the next link. */}
      {under === '/alerts' && <span className={cx('nums min-w-4 text-center text-xs', count > 0 ? 'text-critical-text' : 'invisible')}>{count}</span>}
    </Link>
  );
}
