import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '@readroom/shared/error';
import type { AnalysisResult } from '@readroom/shared/finding/analysis';
import { openIntake } from '../intake/intake.ts';
import type { Intake } from '../intake/intake.ts';
import { openOutbox } from '../outbox/outbox.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { CT_IMAGE_STORAGE, makeDataSet, testUid } from '../testing/dicom-object.ts';
import type { ObjectOptions } from '../testing/dicom-object.ts';
import { fakeTime } from '../testing/fake-time.ts';
import type { FakeTime } from '../testing/fake-time.ts';
import { makeHome } from '../testing/test-edge.ts';
import { until } from '../testing/until.ts';
import { openProgress } from './progress.ts';
import type { Progress } from './progress.ts';
import { snapshotIn } from '../outbox/testing/bodies.ts';
import { testRetrieves } from '../prior/testing/test-retrieves.ts';
import type { TestRetrieves } from '../prior/testing/test-retrieves.ts';
import { StudyFlow } from './study-flow.ts';
import type { Analyser } from './study-flow.ts';

vi.setConfig({ testTimeout: 30_000 });

interface Asked {
  readonly studyUid: string;
  readonly images: number;
  readonly signal: AbortSignal;
  finish(results: AnalysisResult[]): void;
  fail(error: Error): void;
}

/** One life of the node's stores and flow, with an analyser that answers when the test says so. */
interface Life {
  readonly intake: Intake;
  readonly outbox: Outbox;
  readonly progress: Progress;
  readonly flow: StudyFlow;
  readonly asked: Asked[];
  readonly delays: string[];
  readonly priorsWanted: string[];
  readonly prior: TestRetrieves;
  end(): Promise<void>;
}

let home: string;
let time: FakeTime;
let life: Life;

beforeEach(() => {
  home = makeHome();
  time = fakeTime();
  life = begin();
});
afterEach(async () => {
  await life.end();
  rmSync(home, { recursive: true, force: true });
});

function begin(): Life {
  const late: { flow: StudyFlow | null } = { flow: null };
  const asked: Asked[] = [];
  const delays: string[] = [];
  const priorsWanted: string[] = [];
  const analyser: Analyser = {
    state: () => ({ models: [{ id: 'head_ct', modalities: ['CT'] }] }),
    analyse: ({ study, signal }) => new Promise((finish, fail) => asked.push({ studyUid: study.studyUid, images: study.images.length, signal, finish, fail })),
  };
  const intake = openIntake({
    home,
    reserveBytes: 1,
    clock: time.clock,
    setTimer: time.setTimer,
    makeId: randomUUID,
    isComplete: (uid) => late.flow?.isComplete(uid) ?? true,
    onChanged: (uid) => late.flow?.changed(uid),
    onAssembled: (uid) => late.flow?.assembled(uid),
    onRepeated: (_same, uid) => late.flow?.repeated(uid),
    onHalted: () => undefined,
  });
  const outbox = openOutbox({ file: join(home, 'outbox.sqlite'), clock: time.clock, makeId: randomUUID, keys: intake.keys });
  const progress = openProgress(join(home, 'flow.sqlite'));
  const prior = testRetrieves(home, time, { imagesOf: (uid) => intake.store.records(uid).length, outbox });
  const flow = new StudyFlow({
    store: intake.store,
    outbox,
    analyser,
    progress,
    setTimer: time.setTimer,
    watch: { analysed: () => undefined, delayed: (step, code) => delays.push(`${step} ${code}`) },
    retrieves: prior.retrieves,
    onPriorsWanted: (uid) => priorsWanted.push(uid),
    resume: (uid, sender) => intake.assembler.resume(uid, sender),
  });
  late.flow = flow;
  return {
    intake, outbox, progress, flow, asked, delays, priorsWanted, prior,
    async end() {
      asked.forEach((one) => one.fail(new AppError('inference-stopped', { class: 'transient' })));
      await flow.stop();
      await prior.stop();
      await intake.close();
      progress.close();
      await outbox.close();
    },
  };
}

let associations = 0;

/** Stores objects on one association and ends it. */
async function send(objects: readonly ObjectOptions[]): Promise<void> {
  associations += 1;
  const association = life.intake.receiver.open({ number: associations, callingAeTitle: 'CT1', remoteAddress: '127.0.0.1' });
  for (const options of objects) {
    const sopInstanceUid = options.sopInstanceUid ?? testUid();
    const object = association.receive({ sopClassUid: CT_IMAGE_STORAGE, sopInstanceUid, transferSyntaxUid: '1.2.840.10008.1.2.1' });
    object.write(makeDataSet({ ...options, sopInstanceUid }));
    expect(await object.store()).toMatchObject({ status: 0 });
    time.advance(10);
  }
  await association.end();
}

function resultFor(studyUid: string, status: AnalysisResult['status'] = 'final'): AnalysisResult {
  return {
    studyUid, seriesUid: null, evidence: 'e'.repeat(64), instanceCount: 1, model: { id: 'head_ct', version: '1.0.0', sha256: 'a'.repeat(64) }, role: 'active',
    status, reason: status === 'final' ? null : { code: 'refused', text: 'Not a head.' }, provider: 'cpu', findings: [], scores: [], quality: null, timings: null, completedAt: 1,
  };
}

/** What is in the outbox now, as `type state-or-status`, oldest first. */
function told(): string[] {
  const messages = life.outbox.claim(1_000);
  life.outbox.release(messages.map(({ id }) => id));
  return messages.map(({ body }) => {
    if (body.type === 'study-analysed') return `analysed ${body.analysis.status}`;
    if (body.type === 'prior-fetched') return `fetched ${body.problem ?? 'whole'}`;
    const { state, series } = snapshotIn(body);
    return `${body.type === 'prior-received' ? 'prior' : 'received'} ${state} ${series.flatMap(({ instances }) => instances).length}`;
  });
}

test('a study is told while it arrives, analysed when it is assembled, and its result told', async () => {
  const studyUid = testUid();
  await send([{ studyUid }, { studyUid }]);
  expect(life.flow.isComplete(studyUid)).toBe(false);
  await until('the first word', () => told().length > 0);
  expect(told()).toEqual(['received receiving 1']);
  time.advance(1_000);
  await until('the analysis', () => life.asked.length === 1);
  expect(life.asked[0]).toMatchObject({ studyUid, images: 2 });
  expect(told()).toEqual(['received complete 2']);
  life.asked[0]?.finish([resultFor(studyUid)]);
  await until('the result', () => told().length === 2);
  expect(told()).toEqual(['received complete 2', 'analysed final']);
  await until('nothing in flight', () => life.flow.inFlight() === 0);
});

test.each(['refused', 'failed', 'cancelled'] as const)('a result that is %s travels too', async (status) => {
  const studyUid = testUid();
  await send([{ studyUid }]);
  time.advance(1_000);
  await until('the analysis', () => life.asked.length === 1);
  life.asked[0]?.finish([resultFor(studyUid, status)]);
  await until('the result', () => told().includes(`analysed ${status}`));
});

test('a late image makes a new revision and a new analysis', async () => {
  const studyUid = testUid();
  await send([{ studyUid }]);
  time.advance(1_000);
  await until('the analysis', () => life.asked.length === 1);
  await send([{ studyUid }]);
  life.asked[0]?.finish([resultFor(studyUid)]);
  await until('the first result', () => told().includes('analysed final'));
  expect(life.flow.isComplete(studyUid)).toBe(false);
  time.advance(30_000);
  await until('the second analysis', () => life.asked.length === 2);
  expect(life.asked[1]).toMatchObject({ studyUid, images: 2 });
});

test('STAT goes first, then emergency, then the order of arrival; two at a time', async () => {
  const priorities = ['ROUTINE', 'ROUTINE', 'LOW', 'HIGH', 'STAT'];
  const uids = priorities.map(() => testUid());
  await send(priorities.map((priority, i) => ({ studyUid: uids[i]!, extra: [[0x00401003, 'SH', priority]] as const })));
  time.advance(5_000);
  await until('two analyses', () => life.asked.length === 2);
  expect(life.flow.inFlight()).toBe(5);
  for (let i = 0; i < 5; i += 1) {
    await until('the next analysis', () => life.asked.length > i);
    life.asked[i]?.finish([]);
  }
  expect(life.asked.slice(2).map(({ studyUid }) => uids.indexOf(studyUid))).toEqual([4, 3, 2]);
});

test('priors are wanted at once for a STAT study, for another after its own analysis', async () => {
  const [stat, plain] = [testUid(), testUid()];
  await send([{ studyUid: plain }, { studyUid: stat, extra: [[0x00401003, 'SH', 'STAT']] as const }]);
  time.advance(5_000);
  await until('the analyses', () => life.asked.length === 2);
  expect(life.priorsWanted).toEqual([stat]);
  life.asked.forEach((one) => one.finish([]));
  await until('both', () => life.priorsWanted.includes(plain));
});

test('an analysis that cannot be done now is tried again, and its delay is told', async () => {
  const studyUid = testUid();
  await send([{ studyUid }]);
  time.advance(1_000);
  await until('the analysis', () => life.asked.length === 1);
  life.asked[0]?.fail(new AppError('inference-queue-full', { class: 'transient' }));
  await until('the delay', () => life.delays.length === 1);
  expect(life.delays).toEqual(['analyse inference-queue-full']);
  time.advance(5_000);
  await until('another try', () => life.asked.length === 2);
});

describe('commands of the gateway', () => {
  const ask = (studyUid: string, modelId: string | null = null): string => life.flow.analyseStudy({ type: 'analyse-study', requestId: randomUUID(), studyUid, modelId });

  test('a study that is held is analysed again; others say why not', async () => {
    const [ct, us] = [testUid(), testUid()];
    await send([{ studyUid: ct }, { studyUid: us, modality: 'US' }]);
    time.advance(1_000);
    await until('the analyses', () => life.asked.length === 2);
    life.asked.forEach((one) => one.finish([]));
    await until('nothing in flight', () => life.flow.inFlight() === 0);
    expect([ask(ct, 'head_ct'), ask(ct, 'cxr'), ask(us), ask(testUid())]).toEqual(['queued', 'no-model', 'no-model', 'not-at-edge']);
    await until('another analysis', () => life.asked.length === 3);
    expect(life.asked[2]?.studyUid).toBe(ct);
  });

  test('an analysis is cancelled while it runs, and before its turn', async () => {
    const uids = [testUid(), testUid(), testUid()];
    await send(uids.map((studyUid) => ({ studyUid })));
    time.advance(1_000);
    await until('two analyses', () => life.asked.length === 2);
    for (const studyUid of [uids[0]!, uids[2]!]) life.flow.cancelAnalysis({ type: 'cancel-analysis', studyUid, modelId: null });
    expect(life.asked.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    life.asked[0]?.finish([]);
    await until('the third', () => life.asked.length === 3);
    expect(life.asked[2]?.signal.aborted).toBe(true);
  });
});

describe('[ED2] after a crash', () => {
  test('what was stored and not analysed is analysed, and what was done is not done again', async () => {
    const [done, open] = [testUid(), testUid()];
    await send([{ studyUid: done }]);
    time.advance(1_000);
    await until('the first analysis', () => life.asked.length === 1);
    life.asked[0]?.finish([resultFor(done)]);
    await until('its result', () => told().includes('analysed final'));
    await until('nothing in flight', () => life.flow.inFlight() === 0);
    await send([{ studyUid: open }]);
    await until('it to be told', () => told().includes('received receiving 1'));
    await life.end();

    life = begin();
    await life.flow.start();
    time.advance(1_000);
    await until('the open study', () => life.asked.length === 1);
    expect(life.asked.map(({ studyUid }) => studyUid)).toEqual([open]);
    expect(life.flow.inFlight()).toBe(1);
  });

  test('an analysis cut short by the stop is done in the next life', async () => {
    const studyUid = testUid();
    await send([{ studyUid }]);
    time.advance(1_000);
    await until('the analysis', () => life.asked.length === 1);
    const stopping = life.end();
    expect(life.asked[0]?.signal.aborted).toBe(true);
    await stopping;
    life = begin();
    await life.flow.start();
    time.advance(1_000);
    await until('the analysis again', () => life.asked.length === 1);
  });

  test('progress that is lost makes everything held be told and analysed again', async () => {
    const studyUid = testUid();
    await send([{ studyUid }]);
    time.advance(1_000);
    await until('the analysis', () => life.asked.length === 1);
    life.asked[0]?.finish([]);
    await until('nothing in flight', () => life.flow.inFlight() === 0);
    await life.end();
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(home, `flow.sqlite${suffix}`), { force: true });
    life = begin();
    await life.flow.start();
    time.advance(1_000);
    await until('the analysis again', () => life.asked.length === 1);
  });
});

describe('[PS3] a study that was fetched as a prior', () => {
  async function fetched(): Promise<{ studyUid: string; sopInstanceUid: string }> {
    const object = { studyUid: testUid(), sopInstanceUid: testUid() };
    expect(life.prior.retrieves.fetchPrior({ studyUid: object.studyUid, source: 'PACS' })).toBe('queued');
    await send([object]);
    life.prior.moved();
    await until('the end of the fetch', () => told().includes('fetched whole'));
    time.advance(30_000);
    await until('the last word', () => told().some((one) => one.startsWith('prior complete')));
    return object;
  }

  test('is told as one, and is not analysed, neither then nor in the next life', async () => {
    await fetched();
    expect(told()).toEqual(['prior complete 1', 'fetched whole']);
    expect([life.asked, life.flow.inFlight(), life.priorsWanted]).toEqual([[], 0, []]);
    await life.end();
    life = begin();
    await life.flow.start();
    time.advance(30_000);
    expect(told()).toEqual(['prior complete 1', 'fetched whole']);
    expect(life.asked).toEqual([]);
  });

  test('stays one when the PACS sends on for a while after the end', async () => {
    const { studyUid } = await fetched();
    for (let late = 0; late < 4; late += 1) {
      time.advance(20_000);
      await send([{ studyUid }]);
    }
    time.advance(30_000);
    await until('the last word', () => told().includes('prior complete 5'));
    expect(life.asked).toEqual([]);
  });

  test('is a study like any other once an image of it comes by itself, also one that is held', async () => {
    const object = await fetched();
    time.advance(120_000);
    await send([object]);
    time.advance(30_000);
    await until('its analysis', () => life.asked.length === 1);
    expect(told()).toContain('received complete 1');
    expect(life.prior.retrieves.fetchPrior({ studyUid: object.studyUid, source: 'PACS' })).toBe('at-node');
  });
});
