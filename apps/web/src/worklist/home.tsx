'use client';

import { useEffect } from 'react';
import { useRouter } from 'next/navigation';
import { useSession } from '../session/session.tsx';
import { ListPage } from './list-page.tsx';

/** The first page after signing in: the list, or for those who have none, their own page. */
export function Home() {
  const session = useSession();
  const router = useRouter();
  const hasList = session.may('worklist.view');
  useEffect(() => {
    if (!hasList) router.replace('/repeats');
  }, [hasList, router]);
  return hasList ? <ListPage /> : null;
}
