import type { Service } from '@readroom/shared/service';
import { authRoutes } from './auth/auth-routes.ts';
import type { Routes } from './http/server.ts';
import type { Deps } from './infra/deps.ts';

/** One part of the gateway: its REST and its loops. Routers of tRPC are merged in trpc/router.ts. */
export interface Feature {
  readonly name: string;
  readonly routes?: Routes;
  /** Started in this order once the database is ready and before the port opens; stopped in reverse. */
  readonly services?: (deps: Deps) => readonly Service[];
}

export const features: readonly Feature[] = [
  { name: 'auth', routes: authRoutes },
];
