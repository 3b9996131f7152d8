import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort } from '../../../../../tools/services/free-port.ts';
import { realTimer } from '../../infra/timers.ts';
import { splitFile, testUid } from '../../testing/dicom-object.ts';
import { startPacs } from '../../testing/pacs.ts';
import type { GivenObject, Pacs, PacsKind } from '../../testing/pacs.ts';
import { startTestEdge } from '../../testing/test-edge.ts';
import type { TestEdge } from '../../testing/test-edge.ts';
import type { ScuTarget } from './association.ts';
import { moveStudy } from './move.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const CONTEXT = { clock: Date.now, setTimer: realTimer };
const KINDS: readonly PacsKind[] = ['Orthanc', 'dcmqrscp'];
const HERE = '127.0.0.1';

const move = (target: ScuTarget, studyUid: string, signal = new AbortController().signal) => moveStudy(target, studyUid, CONTEXT, { signal, onPending: () => undefined });

describe.each(KINDS)('from %s', (kind) => {
  let edge: TestEdge;
  let pacs: Pacs;
  let given: GivenObject[];
  const target = (changes: Partial<ScuTarget> = {}): ScuTarget => ({ host: HERE, port: pacs.port, calledAeTitle: 'PACS', callingAeTitle: 'READROOM', ...changes });

  beforeAll(async () => {
    edge = await startTestEdge();
    pacs = await startPacs(kind, edge.port);
    const studyUid = testUid();
    given = [];
    for (let n = 1; n <= 3; n += 1) given.push(await pacs.give({ studyUid, instanceNumber: n, fill: n, pixelBytes: 40_000 }));
  });
  afterAll(async () => {
    pacs.stop();
    await edge.remove();
  });

  test('a study comes whole, its bytes those that the PACS was given, and again without anything new', async () => {
    const { studyUid } = given[0]!;
    const counts = await move(target(), studyUid);
    // Zero of failures may be left unsaid (PS3.7 9.1.4.1.11).
    expect(counts.failed ?? 0).toBe(0);
    expect(edge.intake.store.records(studyUid)).toHaveLength(3);
    for (const { sopInstanceUid, dataSet } of given) {
      expect(splitFile(await edge.intake.store.read(sopInstanceUid)).dataSet.equals(dataSet), sopInstanceUid).toBe(true);
    }
    await move(target(), studyUid);
    expect(edge.repeats).toEqual([true, true, true]);
  });

  test('a node that the PACS cannot reach, or does not know, is told so', async () => {
    const { studyUid } = given[0]!;
    const unreached = await move(target({ callingAeTitle: 'NOWHERE' }), studyUid).catch((error: unknown) => error);
    expect(unreached).toMatchObject({ name: 'AppError', code: expect.stringMatching(/^move-(out-of-resources|failed|partial)$/) });
    const unknown = await move(target({ callingAeTitle: 'STRANGER' }), studyUid).catch((error: unknown) => error);
    // Orthanc hangs up on a caller whom it does not know.
    expect(unknown).toMatchObject({ name: 'AppError', code: kind === 'Orthanc' ? 'association-lost' : 'move-destination-unknown', message: expect.stringMatching(/know STRANGER.*C-MOVE destination/) });
  });

  test('a study that it has not brings nothing, whatever it says of that', async () => {
    const missing = testUid();
    const counts = await move(target(), missing).catch(() => null);
    expect(counts?.completed ?? 0).toBe(0);
    expect(edge.intake.store.records(missing)).toEqual([]);
  });
});

describe('without a PACS', () => {
  let silent: Server;
  beforeAll(async () => {
    silent = createServer();
    await new Promise<void>((listening) => silent.listen(0, HERE, listening));
  });
  afterAll(() => void silent.close());

  test('one that is not there is said', async () => {
    const nobody = { host: HERE, port: await freePort(), calledAeTitle: 'PACS', callingAeTitle: 'READROOM' };
    await expect(move(nobody, '1.2')).rejects.toMatchObject({ code: 'association-lost', message: expect.stringContaining('ECONNREFUSED') });
  });

  test('one that never answers is given up at once when we say so', async () => {
    const { port } = silent.address() as AddressInfo;
    const giveUp = new AbortController();
    const connected = new Promise<void>((opened) => silent.once('connection', (socket) => socket.on('error', () => undefined).once('data', () => opened())));
    const moving = move({ host: HERE, port, calledAeTitle: 'PACS', callingAeTitle: 'READROOM' }, '1.2', giveUp.signal);
    await connected;
    giveUp.abort(new Error('enough'));
    await expect(moving).rejects.toThrow('enough');
  });
});
