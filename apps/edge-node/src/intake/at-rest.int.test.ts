import { randomUUID } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openOutbox } from '../outbox/outbox.ts';
import { received } from '../outbox/testing/bodies.ts';
import { CT_IMAGE_STORAGE, makeDataSet, splitFile, testUid } from '../testing/dicom-object.ts';
import { connectRaw } from '../testing/raw-scu.ts';
import { makeHome, startTestEdge } from '../testing/test-edge.ts';
import type { TestEdge } from '../testing/test-edge.ts';
import { SLOT_BYTES } from '../vault/slot.ts';
import { readHeader } from '../dicom/header/header.ts';
import { bufferSource } from '../dicom/header/byte-source.ts';
import { describeInstance } from './describe.ts';
import { encodePart10Head } from './part10.ts';
import { encodeRecordHeader } from './segment/format.ts';

const DAY_MS = 86_400_000;
const PATIENT = 'RECOGNISABLE^PERSON';
const PIXELS = Buffer.alloc(64, 0xa7);
let home: string;
let edge: TestEdge | null = null;
let now: number;

beforeEach(() => {
  home = makeHome();
  now = Date.now();
});
afterEach(async () => {
  await edge?.stop();
  edge = null;
  rmSync(home, { recursive: true, force: true });
});

async function start(): Promise<TestEdge> {
  edge = await startTestEdge({ home, clock: () => now });
  return edge;
}

async function stop(): Promise<void> {
  await edge?.stop();
  edge = null;
}

interface Sent {
  readonly uid: string;
  readonly dataSet: Buffer;
}

async function send(studyUid: string, pixelBytes = 4_096): Promise<Sent> {
  const sopInstanceUid = testUid();
  const dataSet = makeDataSet({ sopInstanceUid, studyUid, patientName: PATIENT, patientId: 'PID-4711', pixelBytes, fill: 0xa7 });
  const scu = await connectRaw(edge!.port);
  await scu.associate();
  expect((await scu.store(dataSet, { sopInstanceUid })).status).toBe(0);
  await scu.release();
  return { uid: sopInstanceUid, dataSet };
}

/** Files under the home that hold any of these bytes. */
function filesWith(...needles: (string | Buffer)[]): string[] {
  const files = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(home, name)).isFile());
  return files.filter((name) => needles.some((needle) => readFileSync(join(home, name)).includes(needle)));
}

const sweepAfter = (days: number, needed: ReadonlySet<string> = new Set()): readonly string[] => edge!.intake.sweep({ keepMs: days * DAY_MS, needed: () => needed, most: 100 }).deleted;
const segments = (): string[] => readdirSync(join(home, 'segments'));
/** As if the disk had written them when the moved clock says. */
const age = (days: number): void => segments().forEach((name) => utimesSync(join(home, 'segments', name), new Date(Date.now() - days * DAY_MS), new Date(Date.now() - days * DAY_MS)));
const dataSetOf = async (uid: string): Promise<Buffer> => splitFile(await edge!.intake.store.read(uid)).dataSet;

test('[ED4] nothing of a patient is in clear on the disk: not in the images, the index, or the outbox, before and after a stop', async () => {
  await start();
  const studyUid = testUid();
  const { uid, dataSet } = await send(studyUid);
  const long = await send(studyUid, 17 * 1024 * 1024);
  const outbox = openOutbox({ file: join(home, 'outbox.sqlite'), clock: () => now, makeId: randomUUID, keys: edge!.intake.keys });
  const body = received(studyUid);
  await outbox.put(body);
  const clear = [PATIENT, 'RECOGNISABLE', 'PID-4711', PIXELS, JSON.stringify(body.study.patient.name.alphabetic)];
  expect(filesWith(...clear)).toEqual([]);
  expect(outbox.claim(1)).toMatchObject([{ body }]);
  expect(outbox.studies()).toEqual(new Set([studyUid]));
  await outbox.close();
  expect((await dataSetOf(uid)).equals(dataSet)).toBe(true);
  expect((await dataSetOf(long.uid)).equals(long.dataSet)).toBe(true);
  await stop();
  expect(filesWith(...clear)).toEqual([]);
  for (const name of ['master.key', 'study-keys']) expect(statSync(join(home, name)).mode & 0o077, name).toBe(0);
  await start();
  expect((await dataSetOf(uid)).equals(dataSet)).toBe(true);
  expect(edge!.intake.store.study(studyUid)?.patient.id).toBe('PID-4711');
});

test('[ED4] the end of a study’s key is the end of the study, and its space is given back; what is younger stays', async () => {
  await start();
  const [old, young] = [testUid(), testUid()];
  const { uid } = await send(old);
  now += 10 * DAY_MS;
  const kept = await send(young);
  expect(edge!.intake.held()).toEqual({ studies: 2, oldestAt: now - 10 * DAY_MS });
  expect(sweepAfter(30)).toEqual([]);
  const before = readFileSync(join(home, 'study-keys'));
  now += 21 * DAY_MS;
  expect(sweepAfter(30, new Set([old])), 'a result of it has still to be told').toEqual([]);
  const letGo = edge!.intake.keys.hold(old);
  expect(sweepAfter(30), 'an image of it is being stored').toEqual([]);
  letGo();
  expect(sweepAfter(30)).toEqual([old]);
  const after = readFileSync(join(home, 'study-keys'));
  expect(after.subarray(0, SLOT_BYTES).equals(Buffer.alloc(SLOT_BYTES)), 'wiped in place').toBe(true);
  expect(filesWith(before.subarray(28, 100)), 'the sealed key is nowhere else').toEqual([]);
  await expect(edge!.intake.store.read(uid)).rejects.toMatchObject({ code: 'not-at-edge' });
  expect(edge!.intake.store.study(old)).toBeNull();
  expect((await dataSetOf(kept.uid)).equals(kept.dataSet)).toBe(true);
  expect(segments(), 'it holds another study').toHaveLength(1);
  await stop();
  // Without the index too: the segment still has the bytes, and nobody can read them.
  for (const name of readdirSync(home).filter((one) => one.startsWith('index.sqlite'))) rmSync(join(home, name));
  await start();
  expect(edge!.intake.recovery).toMatchObject({ recovered: 1, damaged: 0 });
  expect(edge!.intake.store.contents().map(({ studyUid }) => studyUid)).toEqual([young]);
  now += 31 * DAY_MS;
  age(40);
  now = Date.now() + 62 * DAY_MS;
  expect(sweepAfter(30)).toEqual([young]);
  expect(segments()).toEqual([]);
  const again = await send(old);
  expect((await dataSetOf(again.uid)).equals(again.dataSet)).toBe(true);
});

test('[ED4] a crash between the end of a key and that of its rows deletes the study all the same; a late result’s key goes too', async () => {
  await start();
  const studyUid = testUid();
  await send(studyUid);
  edge!.intake.keys.destroy(studyUid);
  await stop();
  await start();
  expect(edge!.intake.store.contents()).toEqual([]);
  edge!.intake.keys.of('1.2.3.4');
  expect(sweepAfter(30, new Set(['1.2.3.4']))).toEqual([]);
  expect(sweepAfter(30)).toEqual(['1.2.3.4']);
});

test('a turn deletes so many and says that there are more', async () => {
  await start();
  for (let i = 0; i < 3; i += 1) await send(testUid());
  now += 31 * DAY_MS;
  const options = { keepMs: 30 * DAY_MS, needed: () => new Set<string>(), most: 2 };
  expect(edge!.intake.sweep(options)).toMatchObject({ deleted: { length: 2 }, isCut: true });
  expect(edge!.intake.sweep(options)).toMatchObject({ deleted: { length: 1 }, isCut: false });
});

test('[ED4] a store from before there were keys is read, and its index sealed at the start', async () => {
  const [studyUid, sopInstanceUid] = [testUid(), testUid()];
  const dataSet = makeDataSet({ sopInstanceUid, studyUid, patientName: PATIENT });
  const request = { sopClassUid: CT_IMAGE_STORAGE, sopInstanceUid, transferSyntaxUid: '1.2.840.10008.1.2.1' };
  const described = describeInstance(readHeader(bufferSource(dataSet), 'explicit-le'), { request, callingAeTitle: 'CT1', receivedAt: now });
  if ('refusal' in described) throw new Error(described.refusal.comment);
  const head = encodePart10Head(request, 'CT1');
  const json = Buffer.from(JSON.stringify(described.record));
  const record = Buffer.concat([head, dataSet, json]);
  mkdirSync(join(home, 'segments'));
  const header = encodeRecordHeader({ isSealed: false, headLength: head.length, dataSetLength: dataSet.length, indexLength: json.length, crc: crc32(record) });
  writeFileSync(join(home, 'segments', 'a.seg'), Buffer.concat([header, record]));
  const db = new DatabaseSync(join(home, 'index.sqlite'));
  db.exec(`create table instance (sop_instance_uid text primary key, study_uid text not null, segment text not null, position integer not null, head_length integer not null,
    data_set_length integer not null, received_at integer not null, stored_order integer not null, record text not null) strict;
    create table segment (name text primary key, indexed_bytes integer not null) strict;`);
  db.prepare('insert into instance values (?, ?, ?, 64, ?, ?, ?, 1, ?)').run(sopInstanceUid, studyUid, 'a.seg', head.length, dataSet.length, now, json.toString());
  db.prepare('insert into segment values (?, ?)').run('a.seg', header.length + record.length);
  db.close();
  await start();
  expect((await dataSetOf(sopInstanceUid)).equals(dataSet)).toBe(true);
  expect(edge!.intake.store.contents()).toMatchObject([{ studyUid, callingAeTitle: 'CT1' }]);
  expect(filesWith(PATIENT)).toEqual([join('segments', 'a.seg')]);
  now = Date.now() + 62 * DAY_MS;
  expect(sweepAfter(30)).toEqual([studyUid]);
  expect(segments()).toEqual([]);
});

test('a master key that is gone, another’s, or none is said before anything is opened; bytes that were changed are not shown', async () => {
  await start();
  const { uid } = await send(testUid());
  await stop();
  const key = join(home, 'master.key');
  copyFileSync(key, join(home, 'backup'));
  rmSync(key);
  await expect(start()).rejects.toMatchObject({ code: 'master-key', message: expect.stringMatching(/is gone.*Put it back from the backup/) });
  writeFileSync(key, Buffer.alloc(32, 1).toString('base64'));
  await expect(start()).rejects.toThrow(/sealed by another master key/);
  writeFileSync(key, 'no key');
  await expect(start()).rejects.toThrow(/is no master key/);
  copyFileSync(join(home, 'backup'), key);
  renameSync(join(home, 'study-keys'), join(home, 'keys-away'));
  await expect(start()).rejects.toThrow(/The keys of the studies, .*, are gone/);
  renameSync(join(home, 'keys-away'), join(home, 'study-keys'));
  chmodSync(key, 0o600);
  const [name = ''] = segments();
  const bytes = readFileSync(join(home, 'segments', name));
  bytes[2_000] = (bytes[2_000] ?? 0) ^ 1;
  writeFileSync(join(home, 'segments', name), bytes);
  await start();
  await expect(edge!.intake.store.read(uid)).rejects.toMatchObject({ code: 'stored-damaged' });
});
