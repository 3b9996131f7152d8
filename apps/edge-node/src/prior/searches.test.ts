import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HOUR_MS } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import type { PriorStudy } from '@readroom/shared/study/prior';
import type { StudySnapshot } from '@readroom/shared/study/study';
import type { EdgeUpBody } from '@readroom/shared/wire/edge-up';
import type { Peer } from '../env.ts';
import { snapshot } from '../outbox/testing/bodies.ts';
import { fakeTime } from '../testing/fake-time.ts';
import type { FakeTime } from '../testing/fake-time.ts';
import { until } from '../testing/until.ts';
import { openPriorRecord } from './record.ts';
import type { PriorRecord } from './record.ts';
import { createSearches } from './searches.ts';
import type { Searches } from './searches.ts';

const PEERS: readonly Peer[] = [{ aeTitle: 'ONE', host: 'one', port: 104, asks: ['find'] }, { aeTitle: 'TWO', host: 'two', port: 104, asks: ['find'] }];

let home: string;
let time: FakeTime;
let record: PriorRecord;
let searches: Searches;
let told: Extract<EdgeUpBody, { type: 'study-priors' }>[];
let asked: string[];
let urgent: string[];
let studies: Map<string, StudySnapshot>;
let answer: (peer: Peer) => Promise<PriorStudy[]>;

function begin(peers = PEERS): void {
  record = openPriorRecord(join(home, 'priors.sqlite'));
  searches = createSearches({
    peers,
    record,
    study: (uid) => studies.get(uid) ?? null,
    outbox: { put: async (body) => void (body.type === 'study-priors' && told.push(body)) },
    clock: time.clock,
    setTimer: time.setTimer,
    search(peer, study) {
      asked.push(`${peer.aeTitle} ${study.studyUid}`);
      return answer(peer);
    },
    onAsked: () => undefined,
    onUrgent: (study, priors) => urgent.push(`${study.studyUid} ${priors.map((one) => one.studyUid).join()}`),
  });
}

async function end(): Promise<void> {
  await searches.stop();
  record.close();
}

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'readroom-searches-'));
  time = fakeTime();
  told = [];
  asked = [];
  urgent = [];
  studies = new Map(['1.1', '1.2', '1.3'].map((uid) => [uid, snapshot(uid, uid === '1.3' ? { studyClass: 'stat' } : {})]));
  answer = () => Promise.resolve([]);
  begin();
});
afterEach(async () => {
  await end();
  rmSync(home, { recursive: true, force: true });
});

const prior = (studyUid: string, source: string): PriorStudy => ({ studyUid, studyDateTime: null, modalities: ['CR'], description: 'Chest', bodyPart: '', imageCount: 1, source });
const quiet = (): Promise<unknown> => until('every search', () => searches.waiting() === 0);

test('every PACS is asked, one study at a time, the urgent before the others, and each study once', async () => {
  answer = (peer) => Promise.resolve([prior('9.1', peer.aeTitle), prior(`9.${peer.aeTitle.length + 1}`, peer.aeTitle)]);
  for (const uid of ['1.1', '1.2', '1.3', '1.1']) searches.wanted(uid);
  await quiet();
  expect(asked).toEqual(['ONE 1.1', 'TWO 1.1', 'ONE 1.3', 'TWO 1.3', 'ONE 1.2', 'TWO 1.2']);
  expect(told[0]).toMatchObject({ problem: null, priors: [{ studyUid: '9.1', source: 'ONE' }, { studyUid: '9.4', source: 'ONE' }] });
  expect(urgent, 'the STAT study alone').toEqual(['1.3 9.1,9.4']);
  searches.wanted('1.1');
  studies.set('1.2', snapshot('1.2', { patient: { ...snapshot('1.2').patient, id: 'CORRECTED' } }));
  searches.wanted('1.2');
  await quiet();
  expect(asked.slice(6)).toEqual(['ONE 1.2', 'TWO 1.2']);
});

test('a PACS that fails is named, the other’s priors are told, and the search is tried again, six times in all', async () => {
  answer = (peer) => (peer.aeTitle === 'ONE' ? Promise.reject(new AppError('association-lost', { class: 'transient', message: 'It is gone.' })) : Promise.resolve([prior('9.1', 'TWO')]));
  searches.wanted('1.1');
  await until('the end of trying', () => {
    time.advance(HOUR_MS);
    return searches.waiting() === 0;
  });
  time.advance(HOUR_MS);
  expect(told).toHaveLength(6);
  expect(told[0]).toMatchObject({ problem: 'ONE could not be asked for priors. It is gone.', priors: [{ studyUid: '9.1' }] });
});

test('what was wanted and not answered is asked for in the next life', async () => {
  let release: () => void = () => undefined;
  answer = () => new Promise((_, reject) => (release = () => reject(new AppError('association-lost', { class: 'transient' }))));
  searches.wanted('1.1');
  searches.wanted('1.2');
  await until('the question', () => asked.length === 1);
  answer = () => Promise.reject(new AppError('association-lost', { class: 'transient' }));
  release();
  await end();
  asked.length = 0;
  answer = () => Promise.resolve([]);
  begin();
  await searches.start();
  time.advance(HOUR_MS);
  await quiet();
  expect([...new Set(asked.map((line) => line.split(' ')[1]))].sort()).toEqual(['1.1', '1.2']);
});

test('without a PACS, or without a Patient ID, nobody is asked', async () => {
  studies.set('1.1', snapshot('1.1', { patient: { ...snapshot('1.1').patient, id: '' } }));
  searches.wanted('1.1');
  searches.wanted('not held');
  expect(searches.waiting()).toBe(0);
  await end();
  begin([]);
  searches.wanted('1.2');
  expect(searches.waiting()).toBe(0);
});
