import { createTestDb } from '@readroom/db/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { startPostgres, startTemporaryPostgres } from '../../../../tools/services/postgres.ts';
import { startTestGateway } from '../testing/test-gateway.ts';
import type { TestGateway } from '../testing/test-gateway.ts';

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function answer(gateway: TestGateway, path: string, cookie: string): Promise<{ status: number; body: string; retryAfter: string | null }> {
  const response = await fetch(`${gateway.url}${path}`, { headers: { cookie } });
  return { status: response.status, body: await response.text(), retryAfter: response.headers.get('retry-after') };
}

test('PostgreSQL killed and started again: requests say 503 with a code meanwhile, and the same process serves afterwards', async () => {
  const server = await startTemporaryPostgres();
  undo.push(() => server.stop());
  const db = await createTestDb(server.url);
  undo.push(() => db.close());
  const gateway = await startTestGateway({ db });
  undo.push(() => gateway.stop());
  const { cookie } = await gateway.signIn('attending');
  expect(await answer(gateway, '/healthz', '')).toMatchObject({ status: 200 });
  expect(await answer(gateway, '/trpc/me.get', cookie)).toMatchObject({ status: 200 });

  process.kill(server.pid, 'SIGKILL');
  await vi.waitFor(async () => expect((await answer(gateway, '/healthz', '')).status).toBe(503), { timeout: 20_000, interval: 50 });

  const api = await answer(gateway, '/trpc/me.get', cookie);
  expect(api.status).toBe(503);
  expect(JSON.parse(api.body)).toMatchObject({ error: { message: expect.stringContaining('database'), data: { appCode: 'database-unavailable' } } });
  const rest = await answer(gateway, '/api/instance', cookie);
  expect(rest).toMatchObject({ status: 503, retryAfter: '2' });
  expect(JSON.parse(rest.body)).toMatchObject({ error: { code: 'database-unavailable' } });
  const signIn = await fetch(`${gateway.url}/api/auth/sign-in/email`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: 'attending@org-one.test', password: 'whatever' }) });
  expect(signIn.status).toBe(503);

  await startPostgres({ dataDir: server.dataDir, port: server.port });
  await vi.waitFor(async () => expect((await answer(gateway, '/healthz', '')).status).toBe(200), { timeout: 30_000, interval: 50 });
  expect(await answer(gateway, '/trpc/me.get', cookie)).toMatchObject({ status: 200 });
}, 120_000);
