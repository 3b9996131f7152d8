'use client';

import { createContext, useCallback, useContext, useEffect, useMemo, type ReactNode } from 'react';
import { usePathname, useRouter } from 'next/navigation';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { can, type Action, type Member } from '@readroom/shared/access/can';
import type { Me } from '../lib/contract.ts';
import { api } from '../lib/api.ts';
import { signOut } from '../lib/auth.ts';
import { problemOf } from '../lib/problem.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/states/states.tsx';

export interface Session {
  readonly user: Me['user'];
  readonly membership: Me['memberships'][number];
  readonly member: Member;
  may(action: Action): boolean;
  signOut(): void;
}

const SessionContext = createContext<Session | null>(null);

/** Whoever keeps something of the session in the browser drops it when this is heard. */
export const SIGNED_OUT_EVENT = 'readroom:signed-out';

/** Who is signed in. Only below a `SessionGate`. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession needs a SessionGate above it');
  return session;
}

/** Shows the page to a member, the sign-in to everybody else, and says it when the gateway is silent. */
export function SessionGate({ skeleton, children }: { skeleton: ReactNode; children: ReactNode }) {
  const router = useRouter();
  const pathname = usePathname();
  const queryClient = useQueryClient();
  const me = useQuery({ queryKey: ['me'], queryFn: ({ signal }) => api.me(signal), staleTime: 5 * 60_000, refetchOnWindowFocus: true });
  const problem = me.error ? problemOf(me.error) : null;
  const ended = problem?.kind === 'unauthenticated';
  useEffect(() => {
    if (!ended) return;
    const known = queryClient.getQueryData(['me']) !== undefined;
    queryClient.clear();
    router.replace(`/sign-in?next=${encodeURIComponent(pathname)}${known ? '&ended=1' : ''}`);
  }, [ended, pathname, queryClient, router]);

  const leave = useCallback(() => {
    void signOut()
      .catch(() => undefined)
      .finally(() => {
        window.dispatchEvent(new Event(SIGNED_OUT_EVENT));
        queryClient.clear();
        // A full load leaves nothing of the session in memory.
        window.location.assign('/sign-in');
      });
  }, [queryClient]);
  const session = useMemo(() => (me.data ? sessionOf(me.data, leave) : null), [me.data, leave]);

  if (ended || me.isPending) return skeleton;
  if (session) return <SessionContext.Provider value={session}>{children}</SessionContext.Provider>;
  if (me.data) {
    return (
      <Notice kind="forbidden" title="You belong to no hospital yet" action={<Button onClick={leave}>Sign out</Button>}>
        Your account exists. An administrator has to make you a member before you see a list.
      </Notice>
    );
  }
  return (
    <Notice kind="offline" title="Readroom can’t be reached" action={<Button onClick={() => void me.refetch()}>Try again</Button>}>
      {problem?.text}
    </Notice>
  );
}

function sessionOf(me: Me, leave: () => void): Session | null {
  const membership = me.memberships[0];
  if (!membership) return null;
  const member: Member = { userId: me.user.id, name: me.user.name, organisation: membership.organisation, role: membership.role };
  return { user: me.user, membership, member, may: (action) => can(member, action, membership.organisation), signOut: leave };
}

/** Call when any request says that the session is over. */
export function useSessionEnded(): () => void {
  const queryClient = useQueryClient();
  return useCallback(() => void queryClient.invalidateQueries({ queryKey: ['me'] }), [queryClient]);
}

/** For tests and pop-outs that already know who is signed in. */
export function SessionProvider({ me, children }: { me: Me; children: ReactNode }) {
  const session = useMemo(() => sessionOf(me, () => undefined), [me]);
  return <SessionContext.Provider value={session}>{children}</SessionContext.Provider>;
}
