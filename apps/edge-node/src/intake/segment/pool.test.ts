import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SEGMENT_BYTES, createSegmentPool } from './pool.ts';
import type { SegmentPool } from './pool.ts';
import { readStored } from './reader.ts';
import { scanSegment } from './scan.ts';
import type { SegmentWriter } from './writer.ts';

vi.setConfig({ testTimeout: 60_000 });

let directory: string;
let pool: SegmentPool;
let given: [string, number][];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'readroom-pool-'));
  given = [];
});
afterEach(async () => {
  await pool.close();
  rmSync(directory, { recursive: true, force: true });
});

function start(spares: number, reserveBytes = 1): void {
  pool = createSegmentPool({ directory, clock: Date.now, makeId: randomUUID, spares, reserveBytes, onGivenBack: (name, size) => given.push([name, size]) });
}

function append(writer: SegmentWriter, content: string): ReturnType<SegmentWriter['finish']> {
  writer.begin(Buffer.from('head '));
  writer.write(Buffer.from(content));
  return writer.finish(Buffer.from('{}'));
}

test('[ED1] records in a prepared segment are found among its zeros, as after a crash, and read back', async () => {
  start(1);
  await pool.ready();
  const writer = pool.take();
  const first = await append(writer, 'one');
  await append(writer, 'two');
  const path = join(directory, writer.name);
  expect([writer.isPrepared, statSync(path).size]).toEqual([true, SEGMENT_BYTES]);
  expect(scanSegment(path, writer.name, 0)).toMatchObject({ records: { length: 2 }, end: writer.size, cutBytes: 0, damaged: 0 });
  expect((await readStored(directory, first)).toString()).toBe('head one');
});

test('a segment that is not full is gone on with by the next association', async () => {
  start(1);
  await pool.ready();
  const writer = pool.take();
  await append(writer, 'one');
  const { name, size } = writer;
  pool.give(writer);
  expect(given).toEqual([[name, size]]);
  const again = pool.take();
  expect([again.name, again.size]).toEqual([name, size]);
  await append(again, 'two');
  pool.give(again);
  await pool.close();
  expect(statSync(join(directory, name)).size).toBe(again.size);
  expect(scanSegment(join(directory, name), name, size).records).toHaveLength(1);
});

test('two associations never write to one segment', async () => {
  start(1);
  await pool.ready();
  const names = [pool.take(), pool.take(), pool.take()].map((writer) => writer.name);
  expect(new Set(names).size).toBe(3);
});

test('spares nobody used are removed, and none is made where there is no room', async () => {
  start(2);
  await pool.ready();
  expect(readdirSync(directory)).toHaveLength(2);
  await pool.close();
  expect(readdirSync(directory)).toEqual([]);
  start(2, 2 ** 60);
  await pool.ready();
  expect(readdirSync(directory)).toEqual([]);
  expect(pool.take().isPrepared).toBe(false);
});
