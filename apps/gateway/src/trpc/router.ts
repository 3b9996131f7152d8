import { meRouter } from '../auth/me-router.ts';
import { router } from './base.ts';

/** Every feature's router under its own name. The web imports the type alone. */
export const appRouter = router({
  me: meRouter,
});

export type AppRouter = typeof appRouter;
