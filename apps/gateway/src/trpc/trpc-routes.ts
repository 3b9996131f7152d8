import { fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import type { FastifyTRPCPluginOptions } from '@trpc/server/adapters/fastify';
import type { Routes } from '../http/server.ts';
import { createContext } from './base.ts';
import { appRouter } from './router.ts';
import type { AppRouter } from './router.ts';

/** The browsers' tRPC under /trpc. The edge link has a router of its own (edge/). */
export const trpcRoutes: Routes = async (app, deps) => {
  const trpcOptions: FastifyTRPCPluginOptions<AppRouter>['trpcOptions'] = { router: appRouter, createContext: createContext(deps), allowBatching: true };
  await app.register(fastifyTRPCPlugin, { prefix: '/trpc', trpcOptions });
};
