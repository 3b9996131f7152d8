import { MINUTE_MS } from '@readroom/shared/clock';
import { enrolSchema, enrolledSchema } from '@readroom/shared/wire/auth';
import type { Routes, ZodTypeProvider } from '../../http/server.ts';
import { enrol } from './enrol.ts';

/** Guesses a minute from one address. A code has 80 random bits and 15 minutes. */
const TRIES = 10;

/** Where a node that has no key yet gets in, once, with a code. */
export const enrolRoutes: Routes = (app, deps) => {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/edge/enrol',
    { schema: { hide: true, body: enrolSchema, response: { 200: enrolledSchema } }, config: { rateLimit: { max: TRIES, timeWindow: MINUTE_MS } } },
    (request) => enrol(deps, request.body),
  );
};
