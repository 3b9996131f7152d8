import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MINUTE_MS } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import type { EdgeUpBody } from '@readroom/shared/wire/edge-up';
import type { SubOperations } from '../dicom/dimse/command.ts';
import { fakeTime } from '../testing/fake-time.ts';
import type { FakeTime } from '../testing/fake-time.ts';
import { until } from '../testing/until.ts';
import { openPriorRecord } from './record.ts';
import type { PriorRecord } from './record.ts';
import { createRetrieves } from './retrieves.ts';
import type { Retrieves } from './retrieves.ts';

interface Moving {
  readonly studyUid: string;
  readonly pending: () => void;
  end(counts: Partial<SubOperations>): void;
  fail(error: AppError): void;
}

let home: string;
let time: FakeTime;
let record: PriorRecord;
let retrieves: Retrieves;
let told: string[];
let asked: Moving[];
let outcomes: string[];
let held: Map<string, number>;
let hasRoom: boolean;

function begin(): void {
  record = openPriorRecord(join(home, 'priors.sqlite'));
  asked = [];
  retrieves = createRetrieves({
    peers: [{ aeTitle: 'PACS', host: 'pacs', port: 104, asks: ['find', 'move'] }],
    record: record.retrieves,
    imagesOf: (uid) => held.get(uid) ?? 0,
    outbox: { put: async (body: EdgeUpBody) => void (body.type === 'prior-fetched' && told.push(`${body.study.studyUid} ${body.problem ?? 'whole'}`)) },
    clock: time.clock,
    setTimer: time.setTimer,
    hasRoom: () => hasRoom,
    move: (_peer, studyUid, { signal, onPending }) => new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      asked.push({ studyUid, pending: onPending, end: (counts) => resolve({ remaining: null, completed: null, failed: null, warning: null, ...counts }), fail: reject });
    }),
    onAsked: (_peer, error) => outcomes.push(error?.code ?? 'ok'),
  });
}

async function end(): Promise<void> {
  await retrieves.stop();
  record.close();
}

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'readroom-retrieves-'));
  time = fakeTime();
  told = [];
  outcomes = [];
  held = new Map();
  hasRoom = true;
  begin();
});
afterEach(async () => {
  await end();
  rmSync(home, { recursive: true, force: true });
});

const fetchPrior = (studyUid: string, source = 'PACS') => retrieves.fetchPrior({ studyUid, source });
const theFirst = (): Promise<unknown> => until('the question', () => asked.length === 1);
const toldNow = (count: number): Promise<unknown> => until('the word', () => told.length === count);

test('a second click joins the first; two are asked for at once, the others wait, and there is an end to waiting', async () => {
  expect([fetchPrior('1.1'), fetchPrior('1.1'), fetchPrior('1.2'), fetchPrior('1.3')]).toEqual(['queued', 'queued', 'queued', 'queued']);
  await until('the first two', () => asked.length === 2);
  expect(asked.map(({ studyUid }) => studyUid)).toEqual(['1.1', '1.2']);
  held.set('1.1', 3);
  asked[0]?.end({ completed: 3 });
  await toldNow(1);
  expect(told).toEqual(['1.1 whole']);
  await until('the third', () => asked.length === 3);
  for (let n = 4; n <= 51; n += 1) expect(fetchPrior(`1.${n}`)).toBe('queued');
  expect(fetchPrior('1.99')).toBe('busy');
  expect(fetchPrior('1.3')).toBe('queued');
});

test('what stands in the way is said at once', () => {
  expect(fetchPrior('1.1', 'OTHER')).toBe('unknown-source');
  held.set('1.2', 5);
  expect(fetchPrior('1.2'), 'it came by itself').toBe('at-node');
  hasRoom = false;
  expect(fetchPrior('1.3')).toBe('disk-low');
  expect(asked).toEqual([]);
});

test.each([
  [{ completed: 30 }, 'move-astray', /says that it sent 30 images, and none came here/],
  [{ completed: 0 }, 'move-nothing', /has no images of the study/],
  [{}, 'move-nothing', /has no images of the study/],
])('success of %j without an image is none', async (counts, code, words) => {
  fetchPrior('1.1');
  await theFirst();
  asked[0]?.end(counts);
  await toldNow(1);
  expect(told[0]).toMatch(words);
  expect(outcomes).toEqual([code]);
});

test('a PACS that cannot be reached is named, with what to do, and it can be asked again', async () => {
  fetchPrior('1.1');
  await theFirst();
  asked[0]?.fail(new AppError('association-lost', { class: 'transient', message: 'the connection failed (ECONNREFUSED)' }));
  await toldNow(1);
  expect(told).toEqual(['1.1 PACS: could not be asked to send the study. The connection failed (ECONNREFUSED). Try again in a few minutes; if it stays, tell hospital IT.']);
  await until('room for it', () => fetchPrior('1.1') === 'queued' && asked.length === 2);
});

test('silence has an end; a word of the PACS or an image that comes puts it off', async () => {
  fetchPrior('1.1');
  await theFirst();
  time.advance(4 * MINUTE_MS);
  asked[0]?.pending();
  time.advance(4 * MINUTE_MS);
  retrieves.cameIn('1.1');
  held.set('1.1', 12);
  time.advance(4 * MINUTE_MS);
  expect(told).toEqual([]);
  time.advance(MINUTE_MS);
  await toldNow(1);
  expect(told[0]).toMatch(/^1\.1 PACS: 12 images are here, and no other came for 5 minutes/);
  expect(outcomes).toEqual(['move-timed-out']);
});

test('[PS3] what was asked for is a prior from then on, also in the next life; what comes long after the end makes it a study', async () => {
  fetchPrior('1.1');
  await theFirst();
  expect([retrieves.isPrior('1.1'), retrieves.isPrior('1.2')]).toEqual([true, false]);
  held.set('1.1', 1);
  await end();
  begin();
  await retrieves.start();
  expect(told).toEqual(['1.1 The edge node was restarted before the study was fetched. Fetch it again.']);
  expect(retrieves.isPrior('1.1')).toBe(true);
  // The PACS goes on with what it began.
  for (let late = 0; late < 3; late += 1) {
    time.advance(50_000);
    expect(retrieves.cameIn('1.1')).toBe(false);
  }
  time.advance(MINUTE_MS + 1);
  expect([retrieves.cameIn('1.1'), retrieves.cameIn('1.1')]).toEqual([true, false]);
  expect(retrieves.isPrior('1.1')).toBe(false);
  await end();
  begin();
  await retrieves.start();
  expect(told).toHaveLength(1);
  expect(retrieves.isPrior('1.1')).toBe(false);
});

test('a deleted study is forgotten, one that is being fetched is not', async () => {
  fetchPrior('1.1');
  await theFirst();
  record.forget('1.1');
  expect(retrieves.isPrior('1.1')).toBe(true);
  held.set('1.1', 1);
  asked[0]?.end({ completed: 1 });
  await toldNow(1);
  record.forget('1.1');
  expect(retrieves.isPrior('1.1')).toBe(false);
  expect(retrieves.cameIn('1.1')).toBe(false);
});

test('[PS3] what waits for its turn is no prior yet: images that come meanwhile make it a study, and the PACS is not asked', async () => {
  for (const uid of ['1.1', '1.2', '1.3', '1.4']) fetchPrior(uid);
  await until('the first two', () => asked.length === 2);
  expect(retrieves.isPrior('1.3')).toBe(false);
  held.set('1.3', 8);
  held.set('1.1', 1);
  asked[0]?.end({ completed: 1 });
  await toldNow(2);
  expect(told).toEqual(['1.1 whole', '1.3 whole']);
  await until('the fourth', () => asked.length === 3);
  expect(asked.map(({ studyUid }) => studyUid)).toEqual(['1.1', '1.2', '1.4']);
  expect(retrieves.isPrior('1.3')).toBe(false);
});

test('a reader goes before what is fetched in advance, which leaves room for readers; what waited at a restart is told too', async () => {
  const inAdvance = (studyUid: string): void => retrieves.fetchInAdvance({ studyUid, source: 'PACS' });
  for (let n = 1; n <= 30; n += 1) inAdvance(`2.${n}`);
  fetchPrior('2.20');
  fetchPrior('1.1');
  await until('the first two', () => asked.length === 2);
  asked.forEach((one) => one.fail(new AppError('move-failed', { class: 'permanent', message: 'No.' })));
  await until('the next two', () => asked.length === 4);
  expect(asked.map(({ studyUid }) => studyUid)).toEqual(['2.1', '2.2', '2.20', '1.1']);
  await end();
  told.length = 0;
  begin();
  await retrieves.start();
  expect(told.map((line) => line.split(' ')[0]).sort()).toEqual(['1.1', ...Array.from({ length: 18 }, (_, n) => `2.${n + 3}`)].sort());
});
