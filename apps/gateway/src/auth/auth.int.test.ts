import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { startTestGateway } from '../testing/test-gateway.ts';
import type { TestGateway } from '../testing/test-gateway.ts';
import type { AppRouter } from '../trpc/router.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());

function api(cookie: string) {
  return createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: `${gateway.url}/trpc`, headers: { cookie } })] });
}

test('a signed-in person learns who they are and where they belong', async () => {
  const { cookie, member } = await gateway.signIn('resident');
  const me = await api(cookie).me.get.query();
  expect(me.user).toMatchObject({ id: member.userId, name: 'Test resident' });
  expect(me.memberships).toEqual([{ organisation: 'org-one', organisationName: 'Hospital one', role: 'resident', demo: false }]);
});

test('nobody is let in without a session', async () => {
  await expect(api('').me.get.query()).rejects.toMatchObject({ data: { code: 'UNAUTHORIZED' } });
});
