import { useQuery } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';
import { useSession } from '../../session/session.tsx';

export const PATH_KEY = ['alert-path'];
/** Asked for, not pushed: the push may be what is broken. */
const REFRESH_MS = 30_000;

export function usePath(refreshMs = REFRESH_MS) {
  const session = useSession();
  return useQuery({ queryKey: PATH_KEY, queryFn: ({ signal }) => api.alertPath(signal), refetchInterval: refreshMs, enabled: session.may('worklist.view') });
}
