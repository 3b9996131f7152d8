import { fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import type { FastifyTRPCPluginOptions } from '@trpc/server/adapters/fastify';
import type { Routes } from '../http/server.ts';
import { createContext, statusOf } from './base.ts';
import { appRouter } from './router.ts';
import type { AppRouter } from './router.ts';

/** The browsers' tRPC under /trpc. The edge link has a router of its own (edge/). */
export const trpcRoutes: Routes = async (app, deps) => {
  const trpcOptions: FastifyTRPCPluginOptions<AppRouter>['trpcOptions'] = {
    router: appRouter,
    createContext: createContext(deps),
    allowBatching: true,
    // One call, one status: ours, where tRPC only knows 500. In a batch each error carries its own.
    responseMeta: ({ errors }) => {
      const [only, ...others] = errors;
      return only && others.length === 0 ? { status: statusOf(only) } : {};
    },
  };
  await app.register(fastifyTRPCPlugin, { prefix: '/trpc', trpcOptions });
};
