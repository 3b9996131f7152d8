import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bufferSource } from '../../dicom/header/byte-source.ts';
import { giveBack } from '../../infra/give-back.ts';
import { isSameDataSet, readStored } from './reader.ts';
import { scanSegment } from './scan.ts';
import { SegmentWriter } from './writer.ts';
import { makeTestKeys } from '../../testing/test-keys.ts';
import type { StudyKeys } from '../../vault/study-keys.ts';

// A disk that others keep busy takes its time over each sync.
vi.setConfig({ testTimeout: 30_000 });

const STUDY = '1.2.3';
let directory: string;
let keys: StudyKeys;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'readroom-segment-'));
  path = join(directory, 'a.seg');
  keys = makeTestKeys(directory);
});
afterEach(() => {
  keys.close();
  rmSync(directory, { recursive: true, force: true });
});

const HEAD = Buffer.from('head of the file');

function makeWriter(): SegmentWriter {
  return SegmentWriter.create(path, 'a.seg');
}

async function append(writer: SegmentWriter, slices: readonly Buffer[], index = '{}'): ReturnType<SegmentWriter['finish']> {
  writer.begin(HEAD);
  slices.forEach((slice) => writer.write(slice));
  return writer.finish(Buffer.from(index), keys.of(STUDY));
}

test('what was appended is read back byte for byte, and found again by a scan', async () => {
  const writer = makeWriter();
  const first = await append(writer, [Buffer.from('one'), Buffer.from('two')], '{"n":1}');
  const second = await append(writer, [Buffer.alloc(0), Buffer.from('three')], '{"n":2}');
  writer.close();
  expect((await readStored(directory, first, keys)).toString()).toBe('head of the fileonetwo');
  expect(await isSameDataSet(directory, second, bufferSource(Buffer.from('three')), keys)).toBe(true);
  expect(await isSameDataSet(directory, second, bufferSource(Buffer.from('thr33')), keys)).toBe(false);
  const scan = scanSegment(path, 'a.seg', 0, keys);
  expect(scan.records.map(({ at, index }) => [at, index?.toString()])).toEqual([[first, '{"n":1}'], [second, '{"n":2}']]);
  expect(scan).toMatchObject({ end: statSync(path).size, cutBytes: 0, damaged: 0 });
  expect(scanSegment(path, 'a.seg', scan.end, keys).records).toEqual([]);
});

test('an object too long for memory goes to the file as it arrives, and can be read meanwhile', async () => {
  const writer = makeWriter();
  await append(writer, [Buffer.from('before')]);
  writer.begin(HEAD);
  const slice = Buffer.alloc(1024 * 1024, 5);
  for (let i = 0; i < 40; i += 1) writer.write(slice);
  writer.write(Buffer.from('the end'));
  const source = writer.source();
  expect([source.length, source.bytes(source.length - 7, 100).toString()]).toEqual([40 * 1024 * 1024 + 7, 'the end']);
  const at = await writer.finish(Buffer.from('{}'), keys.of(STUDY));
  await append(writer, [Buffer.from('after')]);
  writer.close();
  expect(at.dataSetLength).toBe(40 * 1024 * 1024 + 7);
  expect(scanSegment(path, 'a.seg', 0, keys)).toMatchObject({ damaged: 0, cutBytes: 0, records: { length: 3 } });
});

test('an object is kept whole when the memory it came in is gone, over any number of blocks and objects', async () => {
  const writer = makeWriter();
  const contents = [3 * 1024 * 1024 + 11, 0, 700, 1024 * 1024].map((length, n) => Buffer.alloc(length, n + 1));
  const places = [];
  for (const content of contents) {
    writer.begin(HEAD);
    for (let from = 0; from < content.length; from += 65_536) {
      const slice = Buffer.allocUnsafeSlow(Math.min(65_536, content.length - from));
      content.copy(slice, 0, from);
      writer.write(slice);
      giveBack(slice);
      expect(slice.length).toBe(0);
    }
    expect(writer.source().bytes(0, content.length).equals(content)).toBe(true);
    places.push(await writer.finish(Buffer.from('{}'), keys.of(STUDY)));
  }
  writer.close();
  for (const [n, at] of places.entries()) expect((await readStored(directory, at, keys)).subarray(HEAD.length).equals(contents[n] ?? HEAD), String(n)).toBe(true);
  expect(scanSegment(path, 'a.seg', 0, keys)).toMatchObject({ damaged: 0, cutBytes: 0, records: { length: 4 } });
});

test('a discarded object, long or short, leaves no trace', async () => {
  const writer = makeWriter();
  await append(writer, [Buffer.from('kept')]);
  writer.begin(HEAD);
  for (let i = 0; i < 20; i += 1) writer.write(Buffer.alloc(1024 * 1024));
  writer.discard();
  await append(writer, [Buffer.from('kept too')]);
  writer.close();
  expect(scanSegment(path, 'a.seg', 0, keys)).toMatchObject({ damaged: 0, cutBytes: 0, records: { length: 2 } });
});

test('[ED1] wherever a crash cuts the file, every whole record before the cut is found and the rest is cut off', async () => {
  const writer = makeWriter();
  const ends: number[] = [];
  for (const size of [10, 700, 33]) {
    await append(writer, [Buffer.alloc(size, size)]);
    ends.push(writer.size);
  }
  writer.close();
  const whole = readFileSync(path);
  fc.assert(
    fc.property(fc.nat(whole.length), (cut) => {
      writeFileSync(path, whole.subarray(0, cut));
      const scan = scanSegment(path, 'a.seg', 0, keys);
      const expected = ends.filter((end) => end <= cut);
      expect(scan.records).toHaveLength(expected.length);
      expect(scan.end).toBe(expected.at(-1) ?? 0);
      expect(statSync(path).size).toBe(scan.end);
    }),
    { numRuns: 40 },
  );
});

test('zeros behind the last record, as a crash of the machine leaves them, are cut off, and are no loss', async () => {
  const writer = makeWriter();
  await append(writer, [Buffer.from('kept')]);
  writer.close();
  appendFileSync(path, Buffer.alloc(5_000));
  expect(scanSegment(path, 'a.seg', 0, keys)).toMatchObject({ cutBytes: 0, records: { length: 1 } });
  expect(statSync(path).size).toBe(writer.size);
});

test('a record whose bytes changed is reported, left in place, and costs none of the others', async () => {
  const writer = makeWriter();
  await append(writer, [Buffer.from('first')]);
  const second = await append(writer, [Buffer.from('second')]);
  await append(writer, [Buffer.from('third')]);
  writer.close();
  const bytes = readFileSync(path);
  bytes.write('SECOND', second.position + HEAD.length);
  writeFileSync(path, bytes);
  expect(scanSegment(path, 'a.seg', 0, keys)).toMatchObject({ damaged: 1, cutBytes: 0, records: { length: 2 } });
  expect(statSync(path).size).toBe(bytes.length);
});

test('a record whose header changed costs none of those after it', async () => {
  const writer = makeWriter();
  await append(writer, [Buffer.from('first')]);
  const second = writer.size;
  await append(writer, [Buffer.from('second')]);
  await append(writer, [Buffer.from('third')]);
  writer.close();
  const bytes = readFileSync(path);
  bytes[second + 9] = 0xff;
  writeFileSync(path, bytes);
  expect(scanSegment(path, 'a.seg', 0, keys)).toMatchObject({ damaged: 1, cutBytes: 0, records: { length: 2 } });
});

test('a segment is never opened for writing twice', () => {
  makeWriter().close();
  expect(() => makeWriter()).toThrow(expect.objectContaining({ code: 'disk-write' }));
  truncateSync(path, 0);
});
