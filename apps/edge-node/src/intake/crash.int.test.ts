import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { seededRandom } from '@readroom/shared/seeded-random';
import { testSeed } from '../../../../tools/services/test-seed.ts';
import { makeDataSet, splitFile, testUid } from '../testing/dicom-object.ts';
import { startEdgeProcess } from '../testing/edge-process.ts';
import type { EdgeProcess } from '../testing/edge-process.ts';
import { connectRaw, dataFragments, storeCommand } from '../testing/raw-scu.ts';
import { makeHome, startTestEdge } from '../testing/test-edge.ts';
import { until } from '../testing/until.ts';

vi.setConfig({ testTimeout: 180_000 });

let root: string;
let home: string;
let running: EdgeProcess | null = null;

beforeEach(() => {
  root = makeHome();
  home = join(root, 'edge');
  mkdirSync(home);
});
afterEach(async () => {
  await running?.kill('SIGKILL');
  running = null;
  rmSync(root, { recursive: true, force: true });
});

const ROUNDS = 6;
const SEED = testSeed();

test(`[ED1] kill -9 during a send loses nothing that was acknowledged and keeps nothing twice (READROOM_SEED=${SEED})`, async () => {
  const random = seededRandom(SEED);
  const acknowledged = new Map<string, Buffer>();
  const studyUid = testUid();
  for (let round = 0; round < ROUNDS; round += 1) {
    // The whole node once, what receives and stores alone the other times.
    running = await startEdgeProcess({ home, intakeOnly: round > 0 });
    const sends = Array.from({ length: 3 }, () => sendUntilKilled(running!.dicomPort, studyUid, acknowledged, random));
    const before = acknowledged.size;
    const wanted = before + 1 + Math.floor(random() * 40);
    await until('some objects to be acknowledged', () => acknowledged.size >= wanted);
    await running.kill('SIGKILL');
    await Promise.all(sends);
  }
  running = null;
  const edge = await startTestEdge({ home });
  const held = edge.intake.store.instances(studyUid).map((instance) => instance.sopInstanceUid);
  expect(new Set(held).size, 'nothing twice').toBe(held.length);
  expect([...acknowledged.keys()].filter((uid) => !held.includes(uid)), 'nothing lost').toEqual([]);
  for (const [uid, dataSet] of acknowledged) expect(splitFile(await edge.intake.store.read(uid)).dataSet.equals(dataSet), uid).toBe(true);
  expect(edge.intake.recovery.damaged).toBe(0);
  await edge.stop();
});

async function sendUntilKilled(port: number, studyUid: string, acknowledged: Map<string, Buffer>, random: () => number): Promise<void> {
  const scu = await connectRaw(port);
  const isOver = (): boolean => scu.closed();
  await Promise.race([scu.associate(), until('the end', isOver)]);
  while (!isOver()) {
    const sopInstanceUid = testUid();
    const dataSet = makeDataSet({ sopInstanceUid, studyUid, pixelBytes: 2 * Math.floor(random() * 60_000), fill: Math.floor(random() * 255) });
    const at = scu.responses.length;
    scu.send(storeCommand(sopInstanceUid), dataFragments(dataSet));
    await until('an answer or the end', () => scu.responses.length > at || isOver());
    if (scu.responses[at]?.status === 0) acknowledged.set(sopInstanceUid, dataSet);
  }
}

test('[ED1] an index that is gone is made again from the segments', async () => {
  const uids = await storeSome(home, 5);
  for (const file of ['index.sqlite', 'index.sqlite-wal', 'index.sqlite-shm']) rmSync(join(home, file), { force: true });
  const edge = await startTestEdge({ home });
  expect(edge.intake.recovery).toMatchObject({ recovered: 5, damaged: 0, cutBytes: 0 });
  expect(edge.intake.store.contents()).toHaveLength(1);
  for (const uid of uids) expect((await edge.intake.store.read(uid)).length).toBeGreaterThan(512);
  await edge.stop();
});

test('after an orderly stop nothing has to be recovered', async () => {
  await storeSome(home, 3);
  const edge = await startTestEdge({ home });
  expect(edge.intake.recovery).toMatchObject({ recovered: 0, segments: 1 });
  expect(edge.intake.store.instanceCount()).toBe(3);
  await edge.stop();
});

test('a segment that ends in the middle of a record is cut, and the node goes on', async () => {
  await storeSome(home, 2);
  const segments = join(home, 'segments');
  const [name = ''] = readdirSync(segments);
  appendFileSync(join(segments, name), Buffer.concat([Buffer.from('RRSEG\r\n\x01', 'latin1'), Buffer.alloc(300, 1)]));
  const edge = await startTestEdge({ home });
  expect(edge.intake.recovery).toMatchObject({ cutBytes: 308, damaged: 0 });
  expect(edge.intake.store.instanceCount()).toBe(2);
  await edge.stop();
});

test('a second node on the same folder is refused with one sentence', async () => {
  const edge = await startTestEdge({ home });
  await expect(startEdgeProcess({ home })).rejects.toThrow(/Another edge node is running on .*\. Stop it, or set READROOM_EDGE_HOME/);
  await edge.stop();
  expect(existsSync(join(home, 'index.sqlite'))).toBe(true);
});

async function storeSome(into: string, count: number): Promise<string[]> {
  const edge = await startTestEdge({ home: into });
  const scu = await connectRaw(edge.port);
  await scu.associate();
  const studyUid = testUid();
  const uids: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const sopInstanceUid = testUid();
    expect((await scu.store(makeDataSet({ sopInstanceUid, studyUid }), { sopInstanceUid })).status).toBe(0);
    uids.push(sopInstanceUid);
  }
  await scu.release();
  await edge.stop();
  return uids;
}
