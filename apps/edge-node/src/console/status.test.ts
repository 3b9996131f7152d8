import { expect, test } from 'vitest';
import { createJournal } from './journal.ts';
import { problemsOf } from './status.ts';
import type { ConsoleStatus } from './status.ts';

const GIB = 2 ** 30;
const WELL: ConsoleStatus = {
  now: 1_000_000,
  startedAt: 0,
  aeTitle: 'READROOM',
  dicomPort: 11_112,
  tls: null,
  lan: null,
  critical: { open: 0, afterMs: 60_000, deadMails: 0 },
  link: { state: 'up', since: 0, why: null, clockOffsetMs: null },
  outbox: { depth: 0, oldestAt: null, parked: 0 },
  intake: { halted: null, diskFreeBytes: 100 * GIB, diskReserveBytes: GIB, instances: 5, damaged: 0, damagedKeys: 0 },
  studies: { receiving: 0, inFlight: 0, held: 0, oldestAt: null, keepMs: 1 },
  inference: { fault: null, models: [{ id: 'cxr', version: '1.0.0', provider: 'cpu', modalities: ['CR'], role: 'active' }], refused: [] },
  auditBroken: false,
  associations: [],
  errors: [],
};

test('all well is no problem', () => {
  expect(problemsOf(WELL)).toEqual([]);
});

test.each<[string, Partial<ConsoleStatus>, 'stop' | 'warn', RegExp]>([
  ['a halted intake', { intake: { ...WELL.intake, halted: 'Images are not acknowledged after a disk fault.' } }, 'stop', /disk fault/],
  ['a full disk', { intake: { ...WELL.intake, diskFreeBytes: GIB / 2 } }, 'stop', /0xA700/],
  ['a disk that fills', { intake: { ...WELL.intake, diskFreeBytes: 2 * GIB } }, 'warn', /nearly full/],
  ['a damaged image', { intake: { ...WELL.intake, damaged: 2 } }, 'warn', /2 stored image/],
  ['a link that is down', { link: { state: 'waiting', since: 0, why: 'The gateway does not answer.', clockOffsetMs: null } }, 'stop', /No link to the gateway\. The gateway does not answer\./],
  ['a clock that is behind', { link: { ...WELL.link, clockOffsetMs: 7_200_000 } }, 'warn', /7200 s behind/],
  ['a clock that is ahead', { link: { ...WELL.link, clockOffsetMs: -3_000 } }, 'warn', /3 s ahead/],
  ['a refused key', { link: { state: 'refused', since: 999_999, why: 'The key is not known.', clockOffsetMs: null } }, 'stop', /refuses this node/],
  ['an outbox that does not move', { outbox: { depth: 3, oldestAt: 0, parked: 0 } }, 'warn', /1000 s/],
  ['parked messages', { outbox: { depth: 0, oldestAt: null, parked: 1 } }, 'warn', /refused by the gateway for good/],
  ['a refused model', { inference: { ...WELL.inference, refused: [{ id: 'head_ct', version: '1', reasons: ['model.onnx has another sha256'] }] } }, 'warn', /head_ct 1 is not used: model.onnx has another sha256/],
  ['no model', { inference: { fault: null, models: [], refused: [] } }, 'warn', /No model is loaded/],
  ['a dead inference process', { inference: { fault: 'The inference process did not start.', models: [], refused: [] } }, 'stop', /did not start/],
  ['a critical result nobody has', { critical: { open: 2, afterMs: 60_000, deadMails: 0 } }, 'stop', /2 critical result\(s\) were not acknowledged by the gateway within 60 s/],
  ['a mail that was given up', { critical: { open: 0, afterMs: 60_000, deadMails: 1 } }, 'warn', /1 mail\(s\) about critical results were given up/],
  ['a page nobody can sign in at', { lan: { port: 8_443, users: 0, certificateFrom: 0, certificateTo: Infinity, fault: null } }, 'warn', /nobody has a sign-in/],
  ['an edited audit chain', { auditBroken: true }, 'stop', /audit chain/],
])('%s is said with its remedy', (_what, change, level, what) => {
  const [problem, ...others] = problemsOf({ ...WELL, ...change });
  expect(problem).toMatchObject({ level, what: expect.stringMatching(what) });
  expect(problem?.remedy).not.toBe('');
  expect(others).toEqual([]);
});

test('a link that only just went down is not cried about', () => {
  expect(problemsOf({ ...WELL, link: { state: 'waiting', since: 990_000, why: null, clockOffsetMs: null } })).toEqual([]);
});

test('what stops stands before what warns', () => {
  const problems = problemsOf({ ...WELL, inference: { fault: null, models: [], refused: [] }, link: { state: 'waiting', since: 0, why: null, clockOffsetMs: null } });
  expect(problems.map(({ level }) => level)).toEqual(['stop', 'warn']);
});

test('the journal keeps the last associations and counts what repeats', () => {
  let now = 0;
  const journal = createJournal(() => now);
  for (let number = 1; number <= 60; number += 1) {
    now = number;
    journal.opened({ number, callingAeTitle: 'CT1', remoteAddress: '10.0.0.1' });
    journal.answered({ number, callingAeTitle: 'CT1', remoteAddress: '10.0.0.1' }, { status: 0, comment: '' });
    journal.answered({ number, callingAeTitle: 'CT1', remoteAddress: '10.0.0.1' }, { status: 0xa700, comment: 'Disk full' });
    journal.ended({ number, callingAeTitle: 'CT1', remoteAddress: '10.0.0.1' }, number === 60 ? 'the peer aborted the association' : null);
  }
  journal.refused({ number: 61, callingAeTitle: 'PACS', remoteAddress: '10.0.0.2' }, 'the sender calls another AE title', 'Set it to READROOM there.');
  expect(journal.associations()).toHaveLength(50);
  expect(journal.associations().slice(0, 2)).toMatchObject([
    { number: 61, refused: true, problem: 'the sender calls another AE title. Set it to READROOM there.' },
    { number: 60, stored: 1, failed: 1, problem: 'the peer aborted the association', endedAt: 60 },
  ]);
  expect(journal.errors().map(({ code, count }) => [code, count])).toEqual([['association-refused', 1], ['status-0xA700', 60]]);
});

test('the certificate of DICOM over TLS is spoken of three weeks before its end, and files that were not taken up', () => {
  const DAY = 86_400_000;
  const tls = { port: 2_762, certificateFrom: 0, certificateTo: WELL.now + 40 * DAY, fault: null };
  expect(problemsOf({ ...WELL, tls })).toEqual([]);
  expect(problemsOf({ ...WELL, tls: { ...tls, certificateTo: WELL.now + 20.5 * DAY } })).toEqual([expect.objectContaining({ level: 'warn', what: 'The certificate of DICOM over TLS ends in 20 day(s).' })]);
  expect(problemsOf({ ...WELL, tls: { ...tls, certificateTo: WELL.now } })).toEqual([expect.objectContaining({ level: 'stop', what: expect.stringMatching(/has ended/) })]);
  expect(problemsOf({ ...WELL, tls: { ...tls, certificateFrom: WELL.now + 1 } })).toEqual([expect.objectContaining({ level: 'stop', what: expect.stringMatching(/not valid yet/) })]);
  expect(problemsOf({ ...WELL, tls: { ...tls, fault: 'k does not belong to c.' } })).toEqual([expect.objectContaining({ level: 'warn', what: 'The new files of DICOM over TLS are not used. k does not belong to c.' })]);
});
