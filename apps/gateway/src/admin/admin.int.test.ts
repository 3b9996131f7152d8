import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { NODE_ACTOR, audit } from '../audit/audit.ts';
import { verifyChain } from '../audit/verify.ts';
import { hashSecret } from '../auth/one-time.ts';
import { apiClient } from '../testing/api-client.ts';
import { signInCookie, startTestGateway } from '../testing/test-gateway.ts';
import type { TestGateway } from '../testing/test-gateway.ts';

let gateway: TestGateway;
let admin: ReturnType<typeof apiClient>;
beforeAll(async () => {
  gateway = await startTestGateway({ hospitals: ['one', 'two'] });
  admin = apiClient(gateway.url, (await gateway.signIn('admin')).cookie);
});
afterAll(() => gateway.stop());

async function actions(): Promise<string[]> {
  return (await admin.admin.audit.page.query({ limit: 200 })).items.map((item) => item.action);
}

test('an invited person signs in with the temporary password, gets another role, and is out when removed', async () => {
  const invited = await admin.admin.members.invite.mutate({ email: 'New@One.test', name: 'Nora New', role: 'resident' });
  expect(invited.temporaryPassword).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
  const cookie = await signInCookie(gateway.url, 'new@one.test', invited.temporaryPassword ?? '');
  const theirs = apiClient(gateway.url, cookie);
  expect((await theirs.me.get.query()).memberships).toMatchObject([{ organisation: gateway.organisation, role: 'resident' }]);

  await admin.admin.members.changeRole.mutate({ userId: invited.userId, role: 'attending' });
  expect((await theirs.me.get.query()).memberships[0]?.role).toBe('attending');

  await admin.admin.members.remove.mutate({ userId: invited.userId });
  await expect(theirs.me.get.query()).rejects.toMatchObject({ data: { code: 'UNAUTHORIZED' } });
  expect((await admin.admin.members.list.query()).map((one) => one.email)).not.toContain('new@one.test');
  expect(await actions()).toEqual(expect.arrayContaining(['member.invite', 'member.change-role', 'member.remove']));
});

test('a reset password ends every session, and the old one opens nothing', async () => {
  const invited = await admin.admin.members.invite.mutate({ email: 'reset@one.test', name: 'Rita Reset', role: 'it' });
  const before = await signInCookie(gateway.url, 'reset@one.test', invited.temporaryPassword ?? '');
  const { temporaryPassword } = await admin.admin.members.resetPassword.mutate({ userId: invited.userId });
  await expect(apiClient(gateway.url, before).me.get.query()).rejects.toMatchObject({ data: { code: 'UNAUTHORIZED' } });
  await expect(signInCookie(gateway.url, 'reset@one.test', invited.temporaryPassword ?? '')).rejects.toThrow(/401/);
  expect(await signInCookie(gateway.url, 'reset@one.test', temporaryPassword)).toContain('session_token');
});

test('the last administrator can neither step down nor be removed', async () => {
  const { member } = await gateway.signIn('admin');
  await expect(admin.admin.members.changeRole.mutate({ userId: member.userId, role: 'it' })).rejects.toMatchObject({ data: { appCode: 'conflict' } });
  await expect(admin.admin.members.remove.mutate({ userId: member.userId })).rejects.toThrow(/last administrator/);
});

test('[TN1] an administrator touches nobody of another hospital, and no password of a person both share', async () => {
  const { member: theirs } = await gateway.signIn('resident', 'org-two');
  for (const attempt of [
    admin.admin.members.changeRole.mutate({ userId: theirs.userId, role: 'admin' }),
    admin.admin.members.remove.mutate({ userId: theirs.userId }),
    admin.admin.members.resetPassword.mutate({ userId: theirs.userId }),
  ]) await expect(attempt).rejects.toMatchObject({ data: { appCode: 'not-found', httpStatus: 404 } });

  const joined = await admin.admin.members.invite.mutate({ email: 'resident@org-two.test', name: 'Ignored', role: 'resident' });
  expect(joined).toEqual({ userId: theirs.userId, temporaryPassword: null });
  await expect(admin.admin.members.resetPassword.mutate({ userId: theirs.userId })).rejects.toMatchObject({ data: { appCode: 'forbidden' } });

  const other = await gateway.addNode('org-two');
  await expect(admin.admin.nodes.newCode.mutate({ nodeId: other.nodeId })).rejects.toMatchObject({ data: { appCode: 'not-found' } });
  await expect(admin.admin.nodes.revoke.mutate({ nodeId: other.nodeId })).rejects.toMatchObject({ data: { appCode: 'not-found' } });
  expect((await admin.admin.nodes.list.query()).map((node) => node.nodeId)).not.toContain(other.nodeId);
});

test('a node is made with a code that is shown once and kept as a hash, and a revoked node stays revoked', async () => {
  const { nodeId, code, expiresAt } = await admin.admin.nodes.create.mutate({ name: 'CT basement' });
  expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
  expect(expiresAt - Date.now()).toBeGreaterThan(14 * 60_000);
  const codeHash = hashSecret(code.replaceAll('-', ''));
  expect(await gateway.deps.control.edgeEnrolment.findMany({ where: { nodeId } })).toMatchObject([{ codeHash, usedAt: null }]);
  const renewed = await admin.admin.nodes.newCode.mutate({ nodeId });
  expect(await gateway.deps.control.edgeEnrolment.findMany({ where: { nodeId } })).toMatchObject([{ codeHash: hashSecret(renewed.code.replaceAll('-', '')) }]);
  await admin.admin.nodes.revoke.mutate({ nodeId });
  await expect(admin.admin.nodes.revoke.mutate({ nodeId })).rejects.toMatchObject({ data: { appCode: 'not-found' } });
  await expect(admin.admin.nodes.newCode.mutate({ nodeId })).rejects.toMatchObject({ data: { appCode: 'not-found' } });
  expect((await admin.admin.nodes.list.query()).find((node) => node.nodeId === nodeId)).toMatchObject({ name: 'CT basement', enrolled: false, hello: null, revokedAt: expect.any(Number) });
  expect(await actions()).toEqual(expect.arrayContaining(['node.create', 'node.new-code', 'node.revoke']));
});

test('readers and IT manage nobody and read no audit; IT looks after nodes', async () => {
  for (const role of ['resident', 'attending', 'it'] as const) {
    const api = apiClient(gateway.url, (await gateway.signIn(role)).cookie);
    await expect(api.admin.members.list.query()).rejects.toMatchObject({ data: { appCode: 'forbidden', httpStatus: 403 } });
    await expect(api.admin.audit.page.query({})).rejects.toMatchObject({ data: { appCode: 'forbidden' } });
    const nodes = api.admin.nodes.list.query();
    if (role === 'it') expect((await nodes).length).toBeGreaterThan(0);
    else await expect(nodes).rejects.toMatchObject({ data: { appCode: 'forbidden' } });
  }
});

test('[TN2] the running gateway seals the audit by itself, pages it, and finds an edit', async () => {
  await vi.waitFor(async () => {
    const { items } = await admin.admin.audit.page.query({ limit: 200 });
    expect(items.length).toBeGreaterThan(3);
    expect(items.every((item) => item.hash !== null)).toBe(true);
  }, { timeout: 20_000, interval: 200 });

  const first = await admin.admin.audit.page.query({ limit: 2 });
  expect(first.items).toHaveLength(2);
  const second = await admin.admin.audit.page.query({ limit: 2, cursor: first.nextCursor });
  expect(new Set([...first.items, ...second.items].map((item) => item.id)).size).toBe(4);
  expect(first.items[0]?.actorName).toBe('Test admin');

  expect(await admin.admin.audit.verify.mutate()).toMatchObject({ ok: true, problem: null });
  await gateway.db.pool.query(`update h_one.audit_event set action = 'study.view' where seq = 2`);
  expect(await admin.admin.audit.verify.mutate()).toMatchObject({ ok: false, problem: { kind: 'edited', seq: 2 } });
  expect((await verifyChain(gateway.db.pool, 'h_two')).ok).toBe(true);
});

test('what a node did is shown with the name the hospital gave it', async () => {
  const node = await gateway.addNode('org-one');
  const { client } = await gateway.deps.hospital(gateway.organisation);
  await audit(client, { actor: `${NODE_ACTOR}${node.nodeId}`, role: 'node', action: 'study.received', subject: {} });
  const { items } = await admin.admin.audit.page.query({ limit: 1, action: 'study.received' });
  expect(items).toMatchObject([{ actor: `node:${node.nodeId}`, actorName: 'test node', role: 'node' }]);
});

test('[TN2] the head a node holds is a witness: a chain rewritten behind it is found out', async () => {
  const second = apiClient(gateway.url, (await gateway.signIn('admin', 'org-two')).cookie);
  const node = await gateway.addNode('org-two');
  await second.admin.members.list.query();
  await second.admin.nodes.create.mutate({ name: 'made for the record' });
  await vi.waitFor(async () => expect((await verifyChain(gateway.db.pool, 'h_two')).head.seq).toBeGreaterThan(0), { timeout: 20_000 });
  const { head } = await verifyChain(gateway.db.pool, 'h_two');
  const say = (auditHead: object): Promise<unknown> => gateway.deps.control.edgeNode.update({ where: { id: node.nodeId }, data: { status: { auditHead } } });
  await say(head);
  expect(await second.admin.audit.verify.mutate()).toMatchObject({ ok: true });
  await say({ seq: head.seq, hash: 'f'.repeat(64) });
  expect(await second.admin.audit.verify.mutate()).toMatchObject({ ok: false, problem: { kind: 'contradicts-witness', seq: head.seq } });
});

test('[TN2] a look at the list or the open alerts that names patients is one event a person and hour; one without names is none', async () => {
  const role = async (who: 'attending' | 'it') => {
    const { cookie, member } = await gateway.signIn(who);
    const api = apiClient(gateway.url, cookie);
    for (let n = 0; n < 3; n += 1) await api.worklist.page.query({ limit: 5 });
    if (who === 'attending') for (let n = 0; n < 3; n += 1) await api.alert.open.query();
    const { client } = await gateway.deps.hospital(gateway.organisation);
    return client.auditEvent.findMany({ where: { actor: member.userId, action: { in: ['worklist.view', 'alert.view'] } }, orderBy: { action: 'asc' } });
  };
  const looks = await role('attending');
  // An hour may end in between.
  expect([1, 2]).toContain(looks.filter(({ action }) => action === 'worklist.view').length);
  expect(new Set(looks.map(({ action }) => action))).toEqual(new Set(['alert.view', 'worklist.view']));
  expect(Object.keys(looks[0]?.subject ?? {})).toEqual(['hour']);
  expect(await role('it')).toEqual([]);
});
