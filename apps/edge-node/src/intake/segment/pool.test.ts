import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SEGMENT_BYTES, createSegmentPool } from './pool.ts';
import type { SegmentPool } from './pool.ts';
import { scanSegment } from './scan.ts';
import type { SegmentWriter } from './writer.ts';
import { makeTestKeys } from '../../testing/test-keys.ts';
import type { StudyKeys } from '../../vault/study-keys.ts';

vi.setConfig({ testTimeout: 60_000 });

let directory: string;
let pool: SegmentPool;
let keys: StudyKeys;
let given: [string, number][];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'readroom-pool-'));
  given = [];
  keys = makeTestKeys(directory);
  pool = createSegmentPool({ directory, clock: Date.now, makeId: randomUUID, onGivenBack: (name, size) => given.push([name, size]) });
});
afterEach(() => {
  pool.close();
  keys.close();
  rmSync(directory, { recursive: true, force: true });
});

function append(writer: SegmentWriter, content: string): ReturnType<SegmentWriter['finish']> {
  writer.begin(Buffer.from('head '));
  writer.write(Buffer.from(content));
  return writer.finish(Buffer.from('{}'), keys.of('1.2.3'));
}

test('a segment that is not full is gone on with by the next association', async () => {
  const writer = pool.take();
  await append(writer, 'one');
  const { name, size } = writer;
  pool.give(writer);
  expect(given).toEqual([[name, size]]);
  const again = pool.take();
  expect([again.name, again.size]).toEqual([name, size]);
  await append(again, 'two');
  pool.give(again);
  pool.close();
  expect(statSync(join(directory, name)).size).toBe(again.size);
  expect(scanSegment(join(directory, name), name, size, keys).records).toHaveLength(1);
});

test('two associations never write to one segment, and a full one is not gone on with', async () => {
  const names = [pool.take(), pool.take(), pool.take()].map((writer) => writer.name);
  expect(new Set(names).size).toBe(3);
  const full = pool.take();
  full.begin(Buffer.from('head '));
  full.write(Buffer.alloc(SEGMENT_BYTES));
  await full.finish(Buffer.from('{}'), keys.of('1.2.3'));
  pool.give(full);
  expect(pool.take().name).not.toBe(full.name);
});

test('only so many files stay open between associations', async () => {
  const writers = Array.from({ length: 12 }, () => pool.take());
  for (const writer of writers) {
    await append(writer, 'one');
    pool.give(writer);
  }
  const begun = Array.from({ length: 12 }, () => pool.take()).filter((writer) => writer.size > 0);
  expect(begun).toHaveLength(8);
});
