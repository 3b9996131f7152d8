import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis } from '../../../../tools/services/redis.ts';
import { apiClient } from '../testing/api-client.ts';
import { signInCookie, startTestGateway } from '../testing/test-gateway.ts';
import type { TestGateway } from '../testing/test-gateway.ts';
import { requireMember } from './session.ts';

let gateway: TestGateway;
let now = Date.now();
beforeAll(async () => {
  gateway = await startTestGateway({ hospitals: ['one', 'two'], clock: () => now });
});
afterAll(() => gateway.stop());

function trySignIn(url: string, email: string, password: string): Promise<Response> {
  return fetch(`${url}/api/auth/sign-in/email`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, password }) });
}

test('a signed-in person learns who they are and where they belong', async () => {
  const { cookie, member } = await gateway.signIn('resident');
  const me = await apiClient(gateway.url, cookie).me.get.query();
  expect(me.user).toEqual({ id: member.userId, name: 'Test resident', email: 'resident@org-one.test' });
  expect(me.memberships).toEqual([{ organisation: 'org-one', organisationName: 'Hospital one', role: 'resident', demo: false }]);
});

test('nobody is let in without a session, and a signed-out session is over', async () => {
  await expect(apiClient(gateway.url, '').me.get.query()).rejects.toMatchObject({ data: { code: 'UNAUTHORIZED', httpStatus: 401 } });
  await expect(apiClient(gateway.url, 'readroom.session_token=x.y').me.get.query()).rejects.toMatchObject({ data: { code: 'UNAUTHORIZED' } });
  const { cookie } = await gateway.signIn('it');
  await fetch(`${gateway.url}/api/auth/sign-out`, { method: 'POST', headers: { cookie } });
  await expect(apiClient(gateway.url, cookie).me.get.query()).rejects.toMatchObject({ data: { code: 'UNAUTHORIZED' } });
});

test('the session cookie is out of reach of scripts and of other sites', async () => {
  await gateway.signIn('resident');
  const response = await trySignIn(gateway.url, 'resident@org-one.test', 'a-long-test-password');
  const cookie = response.headers.getSetCookie().find((one) => one.startsWith('readroom.session_token='));
  expect(cookie).toMatch(/HttpOnly/i);
  expect(cookie).toMatch(/SameSite=Lax/i);
  expect(Number(/Max-Age=(\d+)/.exec(cookie ?? '')?.[1])).toBe(12 * 3600);
});

test('nobody makes an account for themselves, renames themselves or reaches what is not opened', async () => {
  const { cookie } = await gateway.signIn('resident');
  for (const path of ['sign-up/email', 'update-user', 'delete-user', 'forget-password', 'change-email']) {
    const response = await fetch(`${gateway.url}/api/auth/${path}`, { method: 'POST', headers: { cookie, 'content-type': 'application/json' }, body: JSON.stringify({ name: 'Somebody Else', email: 'x@y.test', password: 'a-long-password' }) });
    expect([path, response.status]).toEqual([path, 404]);
  }
});

test('a person changes their own password and keeps working', async () => {
  await gateway.signIn('attending', 'org-two');
  const cookie = await signInCookie(gateway.url, 'attending@org-two.test', 'a-long-test-password');
  const response = await fetch(`${gateway.url}/api/auth/change-password`, { method: 'POST', headers: { cookie, 'content-type': 'application/json' }, body: JSON.stringify({ currentPassword: 'a-long-test-password', newPassword: 'an-even-longer-password' }) });
  expect(response.status).toBe(200);
  expect((await trySignIn(gateway.url, 'attending@org-two.test', 'a-long-test-password')).status).toBe(401);
  expect(await signInCookie(gateway.url, 'attending@org-two.test', 'an-even-longer-password')).toContain('session_token');
});

test('ten wrong passwords close an account for a quarter of an hour, for that account alone', async () => {
  await gateway.signIn('attending');
  for (let n = 0; n < 10; n += 1) expect((await trySignIn(gateway.url, 'Attending@org-one.test', `wrong ${n}`)).status).toBe(401);
  const closed = await trySignIn(gateway.url, 'attending@org-one.test', 'a-long-test-password');
  expect([closed.status, closed.headers.get('retry-after')]).toEqual([429, '900']);
  expect((await trySignIn(gateway.url, 'resident@org-one.test', 'a-long-test-password')).status).toBe(200);
  now += 15 * 60_000 + 1;
  expect((await trySignIn(gateway.url, 'attending@org-one.test', 'a-long-test-password')).status).toBe(200);
});

test('an address nobody has costs as many attempts as one somebody has', async () => {
  for (let n = 0; n < 10; n += 1) expect((await trySignIn(gateway.url, 'nobody@org-one.test', 'wrong')).status).toBe(401);
  expect((await trySignIn(gateway.url, 'nobody@org-one.test', 'wrong')).status).toBe(429);
});

test('two gateways count wrong passwords together through Redis, and each alone without it', async () => {
  const redis = await startRedis();
  const env = { REDIS_URL: redis.url };
  const first = await startTestGateway({ env });
  const second = await startTestGateway({ db: first.db, env });
  await first.signIn('resident');
  for (let n = 0; n < 10; n += 1) await trySignIn((n % 2 === 0 ? first : second).url, 'resident@org-one.test', 'wrong');
  expect((await trySignIn(first.url, 'resident@org-one.test', 'a-long-test-password')).status).toBe(429);
  expect((await trySignIn(second.url, 'resident@org-one.test', 'a-long-test-password')).status).toBe(429);
  await redis.stop();
  expect((await trySignIn(second.url, 'resident@org-one.test', 'a-long-test-password')).status).toBe(200);
  await second.stop();
  await first.stop();
});

test('[TN1] a person of two hospitals speaks for the one they name, and for no third', async () => {
  const { cookie, member } = await gateway.signIn('resident');
  await gateway.deps.control.membership.create({ data: { userId: member.userId, organisationId: 'org-two', role: 'it' } });
  expect(await requireMember(gateway.deps, { cookie })).toMatchObject({ organisation: 'org-one', role: 'resident' });
  expect(await requireMember(gateway.deps, { cookie, 'x-readroom-organisation': 'org-two' })).toMatchObject({ organisation: 'org-two', role: 'it' });
  await expect(requireMember(gateway.deps, { cookie, 'x-readroom-organisation': 'org-three' })).rejects.toMatchObject({ code: 'unauthenticated' });
  await expect(requireMember(gateway.deps, { cookie, 'x-readroom-organisation': 'org-two' }, 'study.view')).rejects.toMatchObject({ code: 'forbidden' });
});

test('[TN1] a study id of another hospital is answered as one that never was', async () => {
  const two = await gateway.deps.hospital('org-two');
  const study = await two.client.study.create({
    data: {
      studyUid: '1.2.3', patientId: 'p', patientIssuer: '', patientName: {}, accessionNumber: '', description: '', modality: 'CT', bodyPart: '', referringPhysician: '', institution: '',
      synthetic: true, callingAeTitle: 'A', nodeId: randomUUID(), receivedAt: new Date(), lastInstanceAt: new Date(), state: 'complete', imageCount: 1, nodeEpoch: randomUUID(), nodeSeq: 1,
    },
  });
  const { cookie } = await gateway.signIn('attending');
  const api = apiClient(gateway.url, cookie);
  for (const studyId of [study.id, randomUUID()]) {
    await expect(api.study.get.query({ studyId })).rejects.toMatchObject({ data: { appCode: 'not-found', httpStatus: 404 } });
    await expect(api.study.claim.mutate({ studyId })).rejects.toMatchObject({ data: { appCode: 'not-found' } });
  }
  const views = await two.client.auditEvent.count({ where: { action: 'study.view' } });
  expect(views).toBe(0);
  await expect(gateway.deps.hospital('org-three')).rejects.toMatchObject({ code: 'not-found' });
});
