import { randomUUID } from 'node:crypto';
import { CLOSE } from '@readroom/shared/wire/close-codes';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import * as Y from 'yjs';
import { startTestGateway } from '../../testing/test-gateway.ts';
import type { TestGateway } from '../../testing/test-gateway.ts';
import { authoredParagraphs } from '../document.ts';
import { readDocument } from '../report-store.ts';
import { openBrowser, typeParagraph, until } from '../testing/browser.ts';
import type { Browser, BrowserOptions } from '../testing/browser.ts';
import { givenStudy } from '../testing/given.ts';
import { sectionTexts } from '@readroom/shared/report/paragraphs';

let gateway: TestGateway;
const open: Browser[] = [];

beforeAll(async () => {
  gateway = await startTestGateway({ hospitals: ['one', 'two'] });
});
afterEach(() => {
  for (const browser of open.splice(0)) browser.close();
});
afterAll(() => gateway.stop());

function browse(options: Omit<BrowserOptions, 'url'> & { url?: string }): Browser {
  const browser = openBrowser({ url: gateway.url, ...options });
  open.push(browser);
  return browser;
}

test('two people type in one report and see the same text', async () => {
  const { reportId } = await givenStudy(gateway);
  const one = browse({ reportId, cookie: (await gateway.signIn('resident')).cookie });
  const two = browse({ reportId, cookie: (await gateway.signIn('attending')).cookie });
  await until(() => one.provider.synced && two.provider.synced, 'both to be in step');
  one.type('findings', 'From the resident.');
  two.type('impression', 'From the attending.');
  await until(() => one.texts().impression.includes('From the attending.') && two.texts().findings.includes('From the resident.'), 'the texts to cross');
  await Promise.all([one.settled(), two.settled()]);
  expect(one.texts()).toEqual(two.texts());
});

test('[RP5] what was acknowledged is in the table, and a new page has it', async () => {
  const { reportId } = await givenStudy(gateway);
  const { cookie } = await gateway.signIn('resident');
  const one = browse({ reportId, cookie });
  await until(() => one.provider.synced, 'the page to be in step');
  for (const word of ['one', 'two', 'three']) one.type('findings', word);
  expect(await one.settled()).toMatchObject({ outcome: 'stored' });
  const hospital = await gateway.deps.hospital(gateway.organisation);
  const table = sectionTexts(await readDocument(hospital.client, reportId));
  expect(table.findings.slice(-3)).toEqual(['one', 'two', 'three']);
  const again = browse({ reportId, cookie });
  await until(() => again.texts().findings.includes('three'), 'the new page to have the text');
});

test('[RP5] words typed offline come in when the line is back', async () => {
  const { reportId } = await givenStudy(gateway);
  const one = browse({ reportId, cookie: (await gateway.signIn('resident')).cookie });
  const two = browse({ reportId, cookie: (await gateway.signIn('attending')).cookie });
  await until(() => one.provider.synced && two.provider.synced, 'both to be in step');
  one.provider.disconnect();
  one.type('findings', 'Typed offline.');
  two.type('findings', 'Typed online.');
  await two.settled();
  one.provider.connect();
  await one.settled();
  await until(() => two.texts().findings.includes('Typed offline.'), 'the offline words to arrive');
  expect(one.texts()).toEqual(two.texts());
});

test('[RP3] the server stamps who wrote what, template and people', async () => {
  const { reportId } = await givenStudy(gateway);
  const resident = await gateway.signIn('resident');
  const one = browse({ reportId, cookie: resident.cookie });
  await until(() => one.provider.synced, 'the page to be in step');
  one.type('findings', 'Mine.');
  await one.settled();
  const hospital = await gateway.deps.hospital(gateway.organisation);
  const runs = authoredParagraphs(await readDocument(hospital.client, reportId), 'findings').flat();
  expect(runs.at(-1)).toMatchObject({ text: 'Mine.', author: { kind: 'person', id: resident.member.userId, name: resident.member.name } });
  expect(runs[0]).toMatchObject({ text: 'Brain parenchyma: ', author: { kind: 'template' } });
  expect(runs.every((run) => run.author !== null)).toBe(true);
});

test("[RP3] a client that writes authors, proposals or under another's name is refused, and only it", async () => {
  const { reportId } = await givenStudy(gateway, { findings: ['intracranial-haemorrhage'] });
  const good = browse({ reportId, cookie: (await gateway.signIn('resident')).cookie });
  const attending = await gateway.signIn('attending');
  await until(() => good.provider.synced, 'the good page to be in step');
  good.type('findings', 'Mine.');
  await good.settled();

  const forgeries: ((doc: Y.Doc) => void)[] = [
    (doc) => doc.getMap('authors').set(String(good.doc.clientID), { kind: 'person', id: 'x', name: 'X', acceptedBy: null }),
    (doc) => {
      const [id, proposal] = [...doc.getMap('proposals').entries()][0]!;
      doc.getMap('proposals').set(id, { ...(proposal as object), status: 'accepted', decidedBy: { id: 'x', name: 'X' } });
    },
    (doc) => {
      const [id] = [...doc.getMap('proposals').keys()];
      doc.getMap('proposals').delete(id!);
    },
    (doc) => {
      const mask = new Y.Doc({ gc: false });
      Y.applyUpdate(mask, Y.encodeStateAsUpdate(doc));
      mask.clientID = good.doc.clientID;
      typeParagraph(mask, 'findings', 'Said in your name.');
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(mask));
    },
  ];
  for (const forge of forgeries) {
    const doc = new Y.Doc({ gc: false });
    const forger = browse({ reportId, cookie: attending.cookie, doc });
    await until(() => forger.provider.synced && doc.getMap('proposals').size > 0, 'the forger to be in step');
    forge(doc);
    await until(() => forger.closes.includes(CLOSE.protocol), 'the forger to be shut out');
  }
  good.type('impression', 'Still here.');
  await good.settled();
  expect(good.closes).toEqual([]);
  const hospital = await gateway.deps.hospital(gateway.organisation);
  const table = await readDocument(hospital.client, reportId);
  expect([...table.getMap('proposals').values()]).toMatchObject([{ status: 'open', decidedBy: null }]);
});

test("[TN1] another hospital's report does not exist, and nobody unknown comes in", async () => {
  const { reportId } = await givenStudy(gateway, { organisation: 'org-two' });
  const mine = (await gateway.signIn('attending')).cookie;
  const foreign = browse({ reportId, cookie: mine });
  await until(() => foreign.closes.includes(CLOSE.notFound), 'the foreign report to be refused');
  const missing = browse({ reportId: randomUUID(), cookie: mine });
  await until(() => missing.closes.includes(CLOSE.notFound), 'the missing report to be refused');
  const unknown = browse({ reportId, cookie: '' });
  await until(() => unknown.closes.includes(CLOSE.unauthenticated), 'the unknown to be refused');
  const it = browse({ reportId: (await givenStudy(gateway)).reportId, cookie: (await gateway.signIn('it')).cookie });
  await until(() => it.closes.includes(CLOSE.forbidden), 'IT to be refused');
  const hijacked = browse({ reportId, cookie: mine, origin: 'https://evil.example' });
  await until(() => hijacked.closes.includes(CLOSE.forbidden), 'the foreign page to be refused');
  expect(foreign.texts().findings).toEqual([]);
});

test('a role that may only read sees the text and cannot write', async () => {
  const { reportId } = await givenStudy(gateway);
  const admin = browse({ reportId, cookie: (await gateway.signIn('admin')).cookie });
  await until(() => admin.provider.synced && admin.texts().findings.length > 0, 'the admin to see the text');
  expect(admin.statuses.at(-1)).toMatchObject({ access: 'read', state: 'draft' });
  admin.type('findings', 'Not allowed.');
  await until(() => admin.closes.includes(CLOSE.forbidden), 'the admin to be shut out');
});

test('presence carries the name the session says, whatever the browser says', async () => {
  const { reportId } = await givenStudy(gateway);
  const resident = await gateway.signIn('resident');
  const one = browse({ reportId, cookie: resident.cookie });
  const two = browse({ reportId, cookie: (await gateway.signIn('attending')).cookie });
  await until(() => one.provider.synced && two.provider.synced, 'both to be in step');
  one.provider.awareness.setLocalState({ user: { name: 'Dr Somebody Else', color: 'red' }, cursor: { anchor: 1 } });
  const seen = (): unknown => two.provider.awareness.getStates().get(one.doc.clientID);
  await until(() => seen() !== undefined, 'the presence to arrive');
  expect(seen()).toMatchObject({ user: { id: resident.member.userId, name: resident.member.name }, cursor: { anchor: 1 } });
  one.provider.disconnect();
  await until(() => seen() === undefined, 'the presence to leave');
});

test('[RP5] a report that cannot be loaded whole is refused, never shown blank', async () => {
  const { reportId } = await givenStudy(gateway);
  const hospital = await gateway.deps.hospital(gateway.organisation);
  await hospital.client.reportUpdate.create({ data: { reportId, update: new Uint8Array([1, 255, 255, 3, 7]), authorId: 'x' } });
  const page = browse({ reportId, cookie: (await gateway.signIn('attending')).cookie });
  await until(() => page.closes.includes(CLOSE.unavailable), 'the page to be refused');
  expect(page.texts().findings).toEqual([]);
  expect(page.provider.synced).toBe(false);
});
