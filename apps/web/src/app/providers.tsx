'use client';

import { useState, type ReactNode } from 'react';
import { QueryCache, MutationCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { KeysProvider } from '../keys/keys.tsx';
import { problemOf } from '../lib/problem.ts';
import { TooltipProvider } from '../ui/overlays.tsx';
import { ToastProvider } from '../ui/toast.tsx';

function makeQueryClient(): QueryClient {
  // Whichever request hears first that the session is over, the gate asks who is signed in and takes it from there.
  const onError = (error: unknown) => {
    if (problemOf(error).kind !== 'unauthenticated') return;
    const me = client.getQueryState(['me']);
    if (me?.status === 'success' && me.fetchStatus === 'idle') void client.invalidateQueries({ queryKey: ['me'] });
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: Infinity,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 3 && ['offline', 'failed'].includes(problemOf(error).kind),
        retryDelay: (failures) => Math.min(500 * 2 ** failures, 4_000),
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
  return client;
}

export function Providers({ children }: { children: ReactNode }) {
  const [queryClient] = useState(makeQueryClient);
  return (
    <QueryClientProvider client={queryClient}>
      <TooltipProvider>
        <ToastProvider>
          <KeysProvider>{children}</KeysProvider>
        </ToastProvider>
      </TooltipProvider>
    </QueryClientProvider>
  );
}
