import { createTRPCClient, httpBatchLink } from '@trpc/client';
import type { TRPCClient } from '@trpc/client';
import type { AppRouter } from '../trpc/router.ts';

/** The browsers' tRPC client of a test gateway, signed in by `cookie`. */
export function apiClient(url: string, cookie: string, headers: Readonly<Record<string, string>> = {}): TRPCClient<AppRouter> {
  return createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: `${url}/trpc`, headers: { cookie, ...headers } })] });
}
