import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDb } from '@readroom/db/testing';
import type { TestDb } from '@readroom/db/testing';
import { sectionTexts } from '@readroom/shared/report/paragraphs';
import { CLOSE } from '@readroom/shared/wire/close-codes';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startTestGateway } from '../../testing/test-gateway.ts';
import type { TestGateway } from '../../testing/test-gateway.ts';
import { readDocument } from '../report-store.ts';
import { signReport } from '../seal/sign.ts';
import { openBrowser, until } from '../testing/browser.ts';
import type { Browser } from '../testing/browser.ts';
import { givenStudy, hashOf } from '../testing/given.ts';
import { collabHub } from './hub.ts';

let db: TestDb;
let home: string;
let env: Record<string, string>;
let first: TestGateway;
let second: TestGateway;
const open: Browser[] = [];

beforeAll(async () => {
  db = await createTestDb();
  home = await mkdtemp(join(tmpdir(), 'readroom-two-'));
  const secret = join(home, 'secret');
  // One secret: a session made at one gateway is good at the other.
  await writeFile(secret, randomBytes(48).toString('base64'), { mode: 0o600 });
  env = { READROOM_AUTH_SECRET_FILE: secret };
  first = await startTestGateway({ db, env });
  second = await startTestGateway({ db, env });
});
afterEach(() => {
  for (const browser of open.splice(0)) browser.close();
});
afterAll(async () => {
  await first.stop();
  await second.stop();
  await db.close();
  await rm(home, { recursive: true });
});

async function page(url: string, reportId: string, cookie: string): Promise<Browser> {
  const browser = openBrowser({ url, reportId, cookie });
  open.push(browser);
  await until(() => browser.provider.synced, 'the page to be in step');
  return browser;
}

test('one report on two gateways is one text, with carets across', async () => {
  const { reportId } = await givenStudy(first);
  const one = await page(first.url, reportId, (await first.signIn('resident')).cookie);
  const two = await page(second.url, reportId, (await first.signIn('attending')).cookie);
  one.type('findings', 'At the first.');
  two.type('findings', 'At the second.');
  await until(() => one.texts().findings.includes('At the second.') && two.texts().findings.includes('At the first.'), 'the texts to cross');
  expect(one.texts()).toEqual(two.texts());
  one.provider.awareness.setLocalStateField('cursor', { anchor: 1 });
  await until(() => two.provider.awareness.getStates().has(one.doc.clientID), 'the caret to cross');
});

test('[RP1] signed at one gateway, closed at the other', async () => {
  const { studyId, reportId } = await givenStudy(first);
  const { member } = await first.signIn('attending');
  const there = await page(second.url, reportId, (await first.signIn('resident')).cookie);
  await signReport(first.deps, member, { reportId, contentHash: await hashOf(first, member, studyId, there.doc) });
  await until(() => there.closes.includes(CLOSE.sealed), 'the other gateway to close the page');
});

test('[RP5] an edit racing the signature at another gateway is either in the seal or in quarantine, never gone', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { studyId, reportId } = await givenStudy(first);
    const { member } = await first.signIn('attending');
    const there = await page(second.url, reportId, (await first.signIn('resident')).cookie);
    const contentHash = await hashOf(first, member, studyId, there.doc);
    there.type('findings', `Racing ${round}.`);
    const signing = signReport(first.deps, member, { reportId, contentHash }).then(
      () => 'signed' as const,
      () => 'refused' as const,
    );
    const outcome = await signing;
    if (outcome === 'signed') await until(() => there.closes.includes(CLOSE.sealed), 'the seal to reach the page');
    const { outcome: ack } = await there.settled();
    expect(ack).toBe(outcome === 'signed' ? 'quarantined' : 'stored');
    const hospital = await first.deps.hospital(first.organisation);
    const stored = sectionTexts(await readDocument(hospital.client, reportId)).findings.includes(`Racing ${round}.`);
    const late = JSON.stringify(await hospital.client.quarantine.findMany({ where: { reportId }, select: { proposal: true } }));
    expect([stored, late.includes(`Racing ${round}.`)]).toEqual([outcome !== 'signed', outcome === 'signed']);
  }
});

test('[RP5] the gateway is stopped in the middle of the typing and nothing acknowledged or typed is lost', async () => {
  const third = await startTestGateway({ db, env });
  const { reportId } = await givenStudy(third);
  const { cookie } = await third.signIn('resident');
  const browser = await page(third.url, reportId, cookie);
  for (let word = 0; word < 40; word += 1) browser.type('findings', `Word ${word}.`);
  await third.stop();
  await until(() => !browser.provider.wsconnected, 'the page to be offline');
  browser.type('findings', 'Typed while it was away.');
  // The page comes back at another gateway with what it still holds, as after a restart.
  const again = openBrowser({ url: second.url, reportId, cookie, doc: browser.doc });
  open.push(again);
  await again.settled();
  const hospital = await second.deps.hospital(second.organisation);
  const { findings } = sectionTexts(await readDocument(hospital.client, reportId));
  const typed = [...Array.from({ length: 40 }, (_, word) => `Word ${word}.`), 'Typed while it was away.'];
  expect(findings.filter((text) => typed.includes(text))).toEqual(typed);
});

test('hostile bytes cost only their own connection', async () => {
  const { reportId } = await givenStudy(first);
  const { cookie } = await first.signIn('attending');
  const good = await page(first.url, reportId, (await first.signIn('resident')).cookie);
  const attacks: Uint8Array[] = [
    new Uint8Array([0, 2, 3, 255, 255, 255]),
    new Uint8Array([250]),
    new Uint8Array([]),
    new Uint8Array([0, 2]),
    new Uint8Array([0, 1, 8, 1, 255, 255, 255, 255, 15, 1, 0]),
    new Uint8Array([1, 3, 255, 255, 255]),
    new Uint8Array(600 * 1024),
  ];
  for (const attack of attacks) {
    const closed = await new Promise<number>((resolve, reject) => {
      const socket = new WebSocket(`${first.url.replace('http', 'ws')}/collab/${reportId}`, { headers: { cookie } });
      socket.once('message', () => {
        socket.send(new Uint8Array([0, 1, 2, 0, 0]));
        socket.send(attack);
      });
      socket.once('close', resolve);
      socket.once('error', reject);
    });
    expect([CLOSE.protocol, CLOSE.tooLarge, 1009]).toContain(closed);
  }
  good.type('findings', 'Unharmed.');
  await good.settled();
  expect(good.closes).toEqual([]);
});

test('a flood is cut off', async () => {
  const { reportId } = await givenStudy(first);
  const { cookie } = await first.signIn('attending');
  const closed = await new Promise<number>((resolve) => {
    const socket = new WebSocket(`${first.url.replace('http', 'ws')}/collab/${reportId}`, { headers: { cookie } });
    socket.once('message', () => {
      for (let message = 0; message < 2_000; message += 1) socket.send(new Uint8Array([3]));
    });
    socket.once('close', resolve);
  });
  expect(closed).toBe(CLOSE.rateLimited);
});

test('[RP5] while the table cannot be written nothing is acknowledged, and afterwards it all is', async () => {
  const { reportId } = await givenStudy(first);
  const browser = await page(first.url, reportId, (await first.signIn('resident')).cookie);
  await browser.settled();
  const { schema } = await first.deps.hospital(first.organisation);
  await db.pool.query(`alter table "${schema}".report_update rename to report_update_away`);
  browser.type('findings', 'Held back.');
  const sent = browser.sent();
  await until(() => browser.closes.includes(CLOSE.unavailable), 'the gateway to give up');
  expect(browser.stored.at(-1)?.upTo ?? 0).toBeLessThan(sent);
  await db.pool.query(`alter table "${schema}".report_update_away rename to report_update`);
  expect(await browser.settled()).toMatchObject({ outcome: 'stored' });
  const hospital = await first.deps.hospital(first.organisation);
  expect(sectionTexts(await readDocument(hospital.client, reportId)).findings).toContain('Held back.');
});

test('a document nobody reads leaves memory', async () => {
  const { reportId } = await givenStudy(first);
  const hub = collabHub(first.deps);
  const browser = await page(first.url, reportId, (await first.signIn('resident')).cookie);
  const before = hub.size;
  browser.close();
  open.splice(open.indexOf(browser), 1);
  hub.dropIdle();
  await until(() => {
    hub.dropIdle();
    return hub.size < before;
  }, 'the document to leave');
});
