import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CONTEXT_ID, ABORT, connectRaw, dataFragments, storeCommand } from '../../testing/raw-scu.ts';
import { makeDataSet, splitFile, testUid } from '../../testing/dicom-object.ts';
import { startTestEdge } from '../../testing/test-edge.ts';
import type { TestEdge } from '../../testing/test-edge.ts';
import { until } from '../../testing/until.ts';
import { encodeCommand } from '../dimse/command.ts';
import { encodeAssociateRequest, encodeDataHead } from '../pdu/encode.ts';

let edge: TestEdge;

beforeEach(async () => {
  edge = await startTestEdge();
});
afterEach(() => edge.remove());

describe('a bad object is answered, and costs the others of its association nothing', () => {
  const good = (): { dataSet: Buffer; sopInstanceUid: string } => {
    const sopInstanceUid = testUid();
    return { dataSet: makeDataSet({ sopInstanceUid }), sopInstanceUid };
  };
  const bad: [string, number, RegExp, (uid: string) => Buffer][] = [
    ['not DICOM at all', 0xc000, /ends|value representation/, () => Buffer.from('%PDF-1.7 this is a PDF and no data set at all')],
    ['truncated', 0xc000, /longer than what was received/, (uid) => makeDataSet({ sopInstanceUid: uid }).subarray(0, -100)],
    ['of no bytes', 0xa900, /SOP Class UID is missing/, () => Buffer.alloc(0)],
    ['a whole file with its preamble', 0xc000, /value representation/, (uid) => Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), makeDataSet({ sopInstanceUid: uid })])],
    ['with a length that lies', 0xc000, /longer than what was received/, (uid) => Buffer.concat([makeDataSet({ sopInstanceUid: uid }), Buffer.from([0xfc, 0xff, 0xfc, 0xff, 0x4f, 0x42, 0, 0, 0xf0, 0xff, 0xff, 0x7f])])],
    ['in another transfer syntax than said', 0xc000, /value representation/, () => Buffer.from([0x08, 0, 0x16, 0, 4, 0, 0, 0, 0x31, 0x2e, 0x32, 0, 0x08, 0, 0x18, 0, 0, 0, 0, 0])],
    ['without Study Instance UID', 0xa900, /Study Instance UID is missing/, (uid) => makeDataSet({ sopInstanceUid: uid, studyUid: null })],
    ['without Series Instance UID', 0xa900, /Series Instance UID is missing/, (uid) => makeDataSet({ sopInstanceUid: uid, seriesUid: null })],
    ['without SOP Instance UID', 0xa900, /SOP Instance UID is missing/, () => makeDataSet({ sopInstanceUid: null })],
    ['with a UID that is none', 0xa900, /Study Instance UID in the data set is not a UID/, (uid) => makeDataSet({ sopInstanceUid: uid, studyUid: '../../etc/passwd' })],
    ['of another instance than its command says', 0xa900, /SOP Instance UID differs/, () => makeDataSet({ sopInstanceUid: testUid() })],
    ['of another class than its command says', 0xa900, /SOP Class UID differs/, (uid) => makeDataSet({ sopInstanceUid: uid, sopClassUid: '1.2.840.10008.5.1.4.1.1.4' })],
  ];

  test.each(bad)('%s', async (_what, status, comment, make) => {
    const scu = await connectRaw(edge.port);
    await scu.associate();
    const before = good();
    const after = good();
    const uid = testUid();
    expect((await scu.store(before.dataSet, before)).status).toBe(0);
    const dataSet = make(uid);
    const answer = dataSet.length > 0 ? await scu.store(dataSet, { sopInstanceUid: uid }) : await storeNothing(scu, uid);
    expect(answer.status).toBe(status);
    expect(answer.errorComment).toMatch(comment);
    expect((await scu.store(after.dataSet, after)).status).toBe(0);
    await scu.release();
    expect(edge.intake.store.instanceCount()).toBe(2);
    expect(edge.halts).toEqual([]);
  });

  async function storeNothing(scu: Awaited<ReturnType<typeof connectRaw>>, uid: string): ReturnType<typeof scu.store> {
    scu.send(storeCommand(uid), encodeDataHead(CONTEXT_ID, 0, { command: false, last: true }));
    return await until('a response', () => scu.responses[1]);
  }
});

describe('an association that breaks the protocol ends, and the node goes on', () => {
  async function stillServes(): Promise<void> {
    const sopInstanceUid = testUid();
    const scu = await connectRaw(edge.port);
    await scu.associate();
    expect((await scu.store(makeDataSet({ sopInstanceUid }), { sopInstanceUid })).status).toBe(0);
    await scu.release();
  }

  test('an oversize PDU ends the connection before its bytes are taken', async () => {
    const scu = await connectRaw(edge.port);
    await scu.associate();
    scu.send(storeCommand(testUid()), Buffer.from([0x04, 0, 0x7f, 0xff, 0xff, 0xff]), Buffer.alloc(1024 * 1024));
    await until('the connection’s end', () => scu.closed());
    expect(edge.ends).toEqual([expect.stringMatching(/longer than the 131072 bytes/)]);
    await stillServes();
  });

  test.each([
    ['data before an association', Buffer.concat([encodeDataHead(1, 4, { command: true, last: true }), Buffer.alloc(4)])],
    ['a PDU of unknown type', Buffer.from([0x99, 0, 0, 0, 0, 0])],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: readroom\r\n\r\n')],
  ])('%s', async (_what, bytes) => {
    const scu = await connectRaw(edge.port);
    scu.send(bytes);
    await until('an abort', () => scu.control.some((pdu) => pdu.type === 'abort'));
    scu.socket.end();
    await stillServes();
  });

  test.each([
    ['a data set without a command', dataFragments(Buffer.alloc(10))],
    ['a second association request', encodeAssociateRequest({ calledAeTitle: 'READROOM', callingAeTitle: 'X', contexts: [], user: { maxPduLength: 0, implementationClassUid: '1', implementationVersion: 'X' } })],
    ['a command that is none', Buffer.concat([encodeDataHead(1, 6, { command: true, last: true }), Buffer.from('nonsen')])],
    ['data for a context that was not negotiated', Buffer.concat([encodeDataHead(77, 4, { command: true, last: true }), Buffer.alloc(4)])],
  ])('%s', async (_what, bytes) => {
    const scu = await connectRaw(edge.port);
    await scu.associate();
    scu.send(bytes);
    await until('an abort', () => scu.control.some((pdu) => pdu.type === 'abort'));
    scu.socket.end();
    await stillServes();
  });
});

test('[ED1] an association cut half way keeps what was acknowledged, and nothing of the object that was cut', async () => {
  const studyUid = testUid();
  const kept = testUid();
  const scu = await connectRaw(edge.port);
  await scu.associate();
  expect((await scu.store(makeDataSet({ sopInstanceUid: kept, studyUid }), { sopInstanceUid: kept })).status).toBe(0);
  const cut = testUid();
  scu.send(storeCommand(cut), dataFragments(makeDataSet({ sopInstanceUid: cut, studyUid, pixelBytes: 100_000 }), false));
  scu.socket.resetAndDestroy();
  await until('the study to be assembled', () => edge.assembled.length > 0);
  expect(edge.assembled).toEqual([{ studyUid, evidence: 'association-end' }]);
  expect(edge.intake.store.study(studyUid)?.series.flatMap((series) => series.instances.map((instance) => instance.sopInstanceUid))).toEqual([kept]);
});

test('an abort in the middle of an object ends the association without it', async () => {
  const scu = await connectRaw(edge.port);
  await scu.associate();
  const cut = testUid();
  scu.send(storeCommand(cut), dataFragments(makeDataSet({ sopInstanceUid: cut }), false), ABORT);
  await until('the association’s end', () => edge.ends.length > 0);
  expect(edge.ends).toEqual(['the peer aborted the association']);
  expect(edge.intake.store.instanceCount()).toBe(0);
});

test('an unknown transfer syntax is refused for its presentation context, an unknown service too', async () => {
  const unknown = await connectRaw(edge.port);
  const answer = await unknown.associate({ transferSyntaxes: ['1.2.3.4.5'] });
  expect(answer).toMatchObject({ type: 'associate-accept', contexts: [{ id: 1, result: 4 }] });
  await unknown.release();
  const find = await connectRaw(edge.port);
  expect(await find.associate({ abstractSyntax: '1.2.840.10008.5.1.4.1.2.2.1' })).toMatchObject({ contexts: [{ id: 1, result: 3 }] });
  await find.release();
});

test('an operation that is not served is answered with 0211, and the association lives', async () => {
  const scu = await connectRaw(edge.port);
  await scu.associate();
  const find = encodeCommand({ field: 0x0020, messageId: 9, affectedSopClassUid: '1.2.840.10008.5.1.4.1.1.2' });
  scu.send(encodeDataHead(CONTEXT_ID, find.length, { command: true, last: true }), find);
  expect(await until('a response', () => scu.responses[0])).toMatchObject({ field: 0x8020, messageId: 9, status: 0x0211 });
  await scu.release();
});

test('an object sent twice is stored once; with other bytes the later one is shown', async () => {
  const ids = { sopInstanceUid: testUid(), studyUid: testUid(), seriesUid: testUid() };
  const scu = await connectRaw(edge.port);
  await scu.associate();
  const first = makeDataSet({ ...ids, fill: 1 });
  for (let i = 0; i < 2; i += 1) expect((await scu.store(first, ids)).status).toBe(0);
  const other = makeDataSet({ ...ids, fill: 2, patientName: 'Corrected^Name' });
  expect((await scu.store(other, ids)).status).toBe(0);
  await scu.release();
  expect(edge.repeats).toEqual([true, false]);
  expect(edge.intake.store.instanceCount()).toBe(1);
  expect(splitFile(await edge.intake.store.read(ids.sopInstanceUid)).dataSet.equals(other)).toBe(true);
  expect(edge.intake.store.study(ids.studyUid)?.patient.name.alphabetic).toBe('Corrected^Name');
});

test('the same object on two associations at once is stored once', async () => {
  const sopInstanceUid = testUid();
  const dataSet = makeDataSet({ sopInstanceUid, pixelBytes: 500_000 });
  const scus = await Promise.all([connectRaw(edge.port), connectRaw(edge.port), connectRaw(edge.port)]);
  await Promise.all(scus.map((scu) => scu.associate()));
  const answers = await Promise.all(scus.map((scu) => scu.store(dataSet, { sopInstanceUid })));
  expect(answers.map((answer) => answer.status)).toEqual([0, 0, 0]);
  await Promise.all(scus.map((scu) => scu.release()));
  expect(edge.repeats).toEqual([true, true]);
  expect(edge.intake.store.instanceCount()).toBe(1);
});

test('requests sent without waiting for their answers are answered in order', async () => {
  const uids = [testUid(), testUid(), testUid()];
  const scu = await connectRaw(edge.port);
  await scu.associate();
  scu.send(...uids.flatMap((sopInstanceUid) => [storeCommand(sopInstanceUid), dataFragments(makeDataSet({ sopInstanceUid }))]));
  await until('three responses', () => scu.responses.length === 3);
  expect(scu.responses.map((response) => [response.affectedSopInstanceUid, response.status])).toEqual(uids.map((uid) => [uid, 0]));
  await scu.release();
});

test('an object longer than what is kept in memory is stored whole', async () => {
  const sopInstanceUid = testUid();
  const dataSet = makeDataSet({ sopInstanceUid, pixelBytes: 40 * 1024 * 1024, fill: 9 });
  const scu = await connectRaw(edge.port);
  await scu.associate();
  expect((await scu.store(dataSet, { sopInstanceUid })).status).toBe(0);
  await scu.release();
  expect(splitFile(await edge.intake.store.read(sopInstanceUid)).dataSet.equals(dataSet)).toBe(true);
});
