import { z } from 'zod';
import { MINUTE_MS } from '@readroom/shared/clock';
import type { Routes, ZodTypeProvider } from '../http/server.ts';
import type { Deps } from '../infra/deps.ts';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from './demo-accounts.ts';
import { needsSetup, setUp, setupInputSchema } from './setup.ts';
import { VERSION } from './version.ts';

const instanceSchema = z.object({
  name: z.literal('Readroom'),
  version: z.string(),
  demo: z.boolean(),
  demoAccounts: z.array(z.object({ email: z.string(), role: z.string() })).nullable(),
  password: z.string().nullable(),
  needsSetup: z.boolean(),
});

/** What a page may know before anybody signed in, and the one-time making of the first administrator. */
export const setupRoutes: Routes = (app, deps) => {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  typed.get('/api/instance', { schema: { summary: 'What this installation is', security: [], response: { 200: instanceSchema } } }, () => instance(deps));
  typed.post(
    '/api/setup',
    {
      schema: { summary: 'Make the first administrator with the one-time token', security: [], body: setupInputSchema, response: { 200: z.object({ organisation: z.string(), email: z.string() }) } },
      config: { rateLimit: { max: 10, timeWindow: MINUTE_MS } },
    },
    (request) => setUp(deps, request.body),
  );
};

async function instance(deps: Deps): Promise<z.infer<typeof instanceSchema>> {
  const { demo } = deps.env;
  return {
    name: 'Readroom',
    version: VERSION,
    demo,
    demoAccounts: demo ? DEMO_ACCOUNTS.map(({ email, role }) => ({ email, role })) : null,
    password: demo ? DEMO_PASSWORD : null,
    needsSetup: await needsSetup(deps),
  };
}
