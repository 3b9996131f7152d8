import type { Member } from '@readroom/shared/access/can';
import { NO_FILTER } from '@readroom/shared/worklist/filter';
import { DEFAULT_VIEW } from '@readroom/shared/worklist/list-view';
import { MAX_OWN_LISTS } from '@readroom/shared/worklist/saved-list';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiClient } from '../../testing/api-client.ts';
import { startTestGateway, type TestGateway } from '../../testing/test-gateway.ts';
import { listView, setListView } from '../view/list-view.ts';
import { changeList, removeList, savedLists, saveList, setDefaultList } from './saved-lists.ts';

const filter = { ...NO_FILTER, modality: ['CT'] };
let gateway: TestGateway;
let mine: Member;
let yours: Member;
let elsewhere: Member;
beforeAll(async () => {
  gateway = await startTestGateway({ hospitals: ['one', 'two'] });
  mine = (await gateway.signIn('attending')).member;
  yours = (await gateway.signIn('resident')).member;
  elsewhere = (await gateway.signIn('attending', 'org-two')).member;
});
afterAll(() => gateway.stop());

const namesOf = async (member: Member) => (await savedLists(gateway.deps, member)).lists.map(({ name }) => name);

test('a list is saved, renamed, given another filter, shared with the hospital, unshared and deleted', async () => {
  const list = await saveList(gateway.deps, mine, { name: ' My CT ', filter, shared: false });
  expect(list).toMatchObject({ name: 'My CT', filter, owner: { id: mine.userId } });
  expect(await namesOf(yours)).toEqual([]);
  await changeList(gateway.deps, mine, { id: list.id, name: 'Night CT', filter: { ...filter, status: ['unread'] }, shared: true });
  expect((await savedLists(gateway.deps, yours)).lists).toMatchObject([{ id: list.id, name: 'Night CT', filter: { modality: ['CT'], status: ['unread'] }, shared: true }]);
  await changeList(gateway.deps, mine, { id: list.id, shared: false });
  expect([await namesOf(yours), await namesOf(mine)]).toEqual([[], ['Night CT']]);
  await removeList(gateway.deps, mine, list.id);
  expect(await namesOf(mine)).toEqual([]);
});

test('another reader’s list is read only where it is shared, and not there where it is not; another hospital’s never is', async () => {
  const own = await saveList(gateway.deps, mine, { name: 'Own', filter, shared: false });
  const shared = await saveList(gateway.deps, mine, { name: 'Shared', filter, shared: true });
  await expect(changeList(gateway.deps, yours, { id: own.id, name: 'x' })).rejects.toMatchObject({ code: 'not-found' });
  await expect(changeList(gateway.deps, yours, { id: shared.id, name: 'x' })).rejects.toMatchObject({ code: 'forbidden' });
  await expect(removeList(gateway.deps, yours, shared.id)).rejects.toMatchObject({ code: 'forbidden' });
  for (const { id } of [own, shared]) {
    await expect(changeList(gateway.deps, elsewhere, { id, name: 'x' })).rejects.toMatchObject({ code: 'not-found' });
    await expect(removeList(gateway.deps, elsewhere, id)).rejects.toMatchObject({ code: 'not-found' });
    await expect(setDefaultList(gateway.deps, elsewhere, id)).rejects.toMatchObject({ code: 'not-found' });
  }
  expect(await namesOf(elsewhere)).toEqual([]);
  const { member: admin } = await gateway.signIn('admin');
  await removeList(gateway.deps, admin, shared.id);
  await expect(removeList(gateway.deps, admin, own.id)).rejects.toMatchObject({ code: 'not-found' });
  expect(await namesOf(mine)).toEqual(['Own']);
});

test('each reader has a default of their own, which is gone with its list or its sharing', async () => {
  const shared = await saveList(gateway.deps, mine, { name: 'Default', filter, shared: true });
  await setDefaultList(gateway.deps, yours, shared.id);
  expect((await savedLists(gateway.deps, yours)).defaultId).toBe(shared.id);
  expect((await savedLists(gateway.deps, mine)).defaultId).toBeNull();
  await changeList(gateway.deps, mine, { id: shared.id, shared: false });
  expect((await savedLists(gateway.deps, yours)).defaultId).toBeNull();
  await setDefaultList(gateway.deps, mine, shared.id);
  await removeList(gateway.deps, mine, shared.id);
  expect((await savedLists(gateway.deps, mine)).defaultId).toBeNull();
  await setDefaultList(gateway.deps, mine, null);
});

test('nobody keeps more lists than the bound, however many save at once; a name is needed; what was done is audited without names', async () => {
  const save = (n: number) => saveList(gateway.deps, yours, { name: `L${n}`, filter, shared: false });
  for (let n = 0; n < MAX_OWN_LISTS - 2; n += 1) await save(n);
  const atOnce = await Promise.allSettled([1, 2, 3, 4].map(save));
  expect(atOnce.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  await expect(saveList(gateway.deps, yours, { name: 'more', filter, shared: false })).rejects.toMatchObject({ code: 'conflict' });
  const { cookie } = await gateway.signIn('attending');
  await expect(apiClient(gateway.url, cookie).lists.save.mutate({ name: ' ', filter, shared: false })).rejects.toThrow(/name/);
  const events = await (await gateway.deps.hospital(gateway.organisation)).client.auditEvent.findMany({ where: { action: { startsWith: 'list.' } } });
  expect(events.length).toBeGreaterThan(MAX_OWN_LISTS);
  expect(JSON.stringify(events.map(({ subject }) => subject))).not.toMatch(/CT|L1/);
});

test('each reader’s columns and density are kept for themselves, one hospital apart from another, and forgotten on request', async () => {
  const view = { ...DEFAULT_VIEW, density: 'dense' as const, columns: [{ id: 'ai' as const, shown: true, width: 220 }] };
  await setListView(gateway.deps, mine, view);
  await setListView(gateway.deps, mine, { ...view, density: 'comfortable' });
  const kept = await listView(gateway.deps, mine);
  expect(kept).toMatchObject({ density: 'comfortable', columns: expect.arrayContaining([{ id: 'ai', shown: true, width: 220 }]) });
  expect(kept?.columns).toHaveLength(DEFAULT_VIEW.columns.length);
  expect([await listView(gateway.deps, yours), await listView(gateway.deps, elsewhere)]).toEqual([null, null]);
  await setListView(gateway.deps, mine, null);
  expect(await listView(gateway.deps, mine)).toBeNull();
});
