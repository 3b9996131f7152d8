import { createTRPCUntypedClient, httpBatchStreamLink } from '@trpc/client';

export const trpc = createTRPCUntypedClient({ links: [httpBatchStreamLink({ url: '/trpc', maxItems: 10 })] });
