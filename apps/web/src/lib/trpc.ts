import { createTRPCClient, createTRPCUntypedClient, httpBatchStreamLink } from '@trpc/client';
import type { AppRouter } from '@readroom/gateway/router';

const links = [httpBatchStreamLink<AppRouter>({ url: '/trpc', maxItems: 10 })];

/** The gateway's procedures by name, typed by its router; the type alone crosses. */
export const gateway = createTRPCClient<AppRouter>({ links });

/** The same by path, answers unknown: for callers that parse what they get. */
export const trpc = createTRPCUntypedClient<AppRouter>({ links });
