'use client';

import Link from 'next/link';
import { pathState } from '@readroom/shared/alert/canary';
import { gatewayNow, useTicking } from '../../lib/ticker.ts';
import { useSession } from '../../session/session.tsx';
import { cx } from '../../ui/cx.ts';
import { Skeleton } from '../../ui/states/states.tsx';
import { pathText } from './path-text.ts';
import { usePath } from './use-path.ts';

const TONE = { proved: 'text-routine-text', broken: 'text-critical-text', off: 'text-urgent-text', unproved: 'text-urgent-text' } as const;

/** How the alert path stands, in one line, with the way to more where that is another page. */
export function PathLine({ linked = true }: { linked?: boolean }) {
  const session = useSession();
  const path = usePath();
  const text = useTicking((now) => (path.data ? pathText(path.data, now) : ''));
  if (path.error) return <p className="h-5 text-urgent-text">How the alert path stands could not be asked.</p>;
  if (!path.data) return <Skeleton className="h-5 w-72" />;
  return (
    <p className="nums flex min-h-5 flex-wrap gap-x-3">
      <span role="status" className={cx(TONE[pathState(path.data, gatewayNow())])}>
        {text}
      </span>
      {linked && session.may('node.view') && (
        <Link href="/admin/alert-path" className="text-accent underline">
          Alert path
        </Link>
      )}
    </p>
  );
}
