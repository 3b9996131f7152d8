import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, expect, test } from 'vitest';
import { chestDicom } from '../testing/graded-dicom.ts';
import { sharedFile, sharedFolder } from '../testing/shared-files.ts';
import { DEFAULT_INFERENCE_OPTIONS, Inference } from './service.ts';
import type { InferenceOptions } from './service.ts';
import { readHeader } from './study/header.ts';
import type { StudyInput } from './study/study-input.ts';

const shipped = fileURLToPath(new URL('../../../../models/', import.meta.url));
const open: Inference[] = [];
const folders: string[] = [];
/** One model starts in a third of the time that all of them take. */
const chestOnly = await modelsFolder('cxr');

async function modelsFolder(...ids: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'readroom-models-'));
  for (const id of ids) await cp(join(shipped, id), join(folder, id), { recursive: true });
  return folder;
}

async function started(options: Partial<InferenceOptions> = {}): Promise<Inference> {
  const inference = new Inference({ ...DEFAULT_INFERENCE_OPTIONS, providers: ['cpu'], modelsFolder: chestOnly, now: () => 1_700_000_000_000, ...options });
  open.push(inference);
  await inference.start();
  return inference;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((inference) => inference.stop()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

afterAll(() => rm(chestOnly, { recursive: true }));

const chest = await chestDicom(sharedFolder('data/cxr/images')[0] ?? '', '2.25.4');

/** A study of one radiograph; `read` may be replaced to hold it up or to do something on the way. */
function chestStudy(studyUid: string, read: StudyInput['read'] = async () => chest.bytes): StudyInput {
  return { studyUid, complete: true, images: [{ sopInstanceUid: chest.sopInstanceUid, modality: 'CR' }], read };
}

function fromFiles(paths: readonly string[], modality: string): StudyInput {
  const files = new Map(paths.map((path, i) => [`2.25.3.${i}`, sharedFile(path)]));
  return { studyUid: '2.25.2', complete: true, images: [...files.keys()].map((sopInstanceUid) => ({ sopInstanceUid, modality })), read: async (uid) => files.get(uid) ?? new Uint8Array() };
}

test('[ED5] the provider that really ran is on every analysis, whatever was asked for first', async () => {
  const inference = await started({ providers: ['cuda', 'cpu'], modelsFolder: shipped });
  const [result] = await inference.analyse({ study: chestStudy('1.1'), studyClass: null });
  expect(result).toMatchObject({ status: 'final', provider: 'cpu', model: { id: 'cxr' } });
  expect([...new Set(inference.state().models.map(({ provider }) => provider))]).toEqual(['cpu']);
});

test('studies that come one after the other are each answered', async () => {
  const inference = await started();
  for (const uid of ['1.1', '1.2', '1.3']) expect(await inference.analyse({ study: chestStudy(uid), studyClass: null })).toHaveLength(1);
});

test('the same images give the same finding ids and evidence, in whatever order they come', async () => {
  const inference = await started({ modelsFolder: shipped });
  const study = fromFiles(sharedFolder('samples/ct_series_head_ge').slice(14, 20), 'CT');
  const [first] = await inference.analyse({ study, studyClass: null });
  const [second] = await inference.analyse({ study: { ...study, images: [...study.images].reverse() }, studyClass: null });
  expect(second?.evidence).toBe(first?.evidence);
  expect(second?.findings).toEqual(first?.findings);
  expect(second?.scores).toEqual(first?.scores);
});

test('a study still being received is provisional', async () => {
  const [result] = await (await started()).analyse({ study: { ...chestStudy('1.1'), complete: false }, studyClass: null });
  expect(result?.status).toBe('provisional');
});

test('an inference process killed in the middle is replaced and the study still answered', async () => {
  const inference = await started();
  const first = inference.state().pid;
  let kills = 1;
  const study = chestStudy('1.1', async () => {
    if (kills-- > 0) process.kill(inference.state().pid ?? 0, 'SIGKILL');
    return chest.bytes;
  });
  expect(await inference.analyse({ study, studyClass: null })).toMatchObject([{ status: 'final' }]);
  expect(inference.state().pid).not.toBe(first);
});

test('a study that kills its process twice fails with a reason, and the next one is answered', async () => {
  const inference = await started();
  const deadly = chestStudy('1.1', async () => {
    process.kill(inference.state().pid ?? 0, 'SIGKILL');
    return chest.bytes;
  });
  expect(await inference.analyse({ study: deadly, studyClass: null })).toMatchObject([{ status: 'failed', reason: { code: 'inference-crashed' }, model: { id: 'cxr' } }]);
  expect(await inference.analyse({ study: chestStudy('1.2'), studyClass: null })).toMatchObject([{ status: 'final' }]);
});

test('a study that hangs fails with a reason once its time is over', async () => {
  const inference = await started({ jobTimeoutMs: 500 });
  const hanging = chestStudy('1.1', () => new Promise(() => undefined));
  expect(await inference.analyse({ study: hanging, studyClass: null })).toMatchObject([{ status: 'failed', reason: { code: 'inference-timeout' } }]);
});

test('a cancelled study says so, whether it waits or runs', async () => {
  const inference = await started();
  const [running, waiting] = [new AbortController(), new AbortController()];
  const study = chestStudy('1.1', async () => {
    running.abort();
    return chest.bytes;
  });
  const results = Promise.all([
    inference.analyse({ study: { ...study, images: [...study.images, { sopInstanceUid: '2.25.5', modality: 'CR' }] }, studyClass: null, signal: running.signal }),
    inference.analyse({ study: chestStudy('1.2'), studyClass: null, signal: waiting.signal }),
  ]);
  waiting.abort();
  expect(await results).toMatchObject([[{ status: 'cancelled' }], [{ status: 'cancelled', reason: { code: 'cancelled' } }]]);
});

test('STAT goes before emergency, emergency before the rest, else first come first served', async () => {
  const inference = await started();
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = inference.analyse({ study: chestStudy('first', async () => gate.promise.then(() => chest.bytes)), studyClass: null });
  const waiting = (['outpatient', null, 'emergency', 'stat', 'inpatient'] as const).map((studyClass) =>
    inference.analyse({ study: chestStudy('1.1'), studyClass }).then(() => order.push(studyClass ?? 'unclassed')));
  gate.resolve();
  await Promise.all([first, ...waiting]);
  expect(order).toEqual(['stat', 'emergency', 'outpatient', 'unclassed', 'inpatient']);
});

test('the queue has a limit, and stopping tells those who wait', async () => {
  const inference = await started({ maxQueued: 1 });
  const gate = Promise.withResolvers<void>();
  const first = inference.analyse({ study: chestStudy('1.1', () => gate.promise.then(() => chest.bytes)), studyClass: null });
  const second = inference.analyse({ study: chestStudy('1.2'), studyClass: null });
  await expect(inference.analyse({ study: chestStudy('1.3'), studyClass: null })).rejects.toMatchObject({ code: 'inference-queue-full', class: 'transient' });
  const outcomes = Promise.allSettled([first, second]);
  await inference.stop();
  expect(await outcomes).toMatchObject([{ status: 'rejected', reason: { code: 'inference-stopped' } }, { status: 'rejected', reason: { code: 'inference-stopped' } }]);
  gate.resolve();
});

test('the process is replaced after so many studies', async () => {
  const inference = await started({ recycleAfterJobs: 2 });
  const pids = [];
  for (let i = 0; i < 3; i++) {
    await inference.analyse({ study: chestStudy('1.1'), studyClass: null });
    pids.push(inference.state().pid);
  }
  expect(pids[1]).toBe(pids[0]);
  expect(pids[2]).not.toBe(pids[1]);
});

test('[PR7] a model that fails its sha256 leaves the study visibly not analysed; the other model still runs', async () => {
  const folder = await modelsFolder('cxr', 'head_ct');
  folders.push(folder);
  await writeFile(join(folder, 'cxr', 'model.onnx'), 'damaged');
  const inference = await started({ modelsFolder: folder });
  expect(inference.state().refused).toMatchObject([{ id: 'cxr' }]);
  expect(inference.state().models.map(({ id }) => id)).toContain('head_ct');
  const [result] = await inference.analyse({ study: chestStudy('1.1'), studyClass: null });
  expect(result).toMatchObject({ status: 'refused', findings: [], reason: { code: 'model-refused' }, model: { id: 'cxr' } });
  expect(result?.reason?.text).toContain('sha256');
});

test('a model whose graph the runtime cannot open is refused the same way', async () => {
  const folder = await modelsFolder('cxr');
  folders.push(folder);
  const broken = 'no graph';
  const { createHash } = await import('node:crypto');
  const manifest = JSON.parse(new TextDecoder().decode(await import('node:fs/promises').then(({ readFile }) => readFile(join(folder, 'cxr', 'manifest.json'))))) as Record<string, unknown>;
  await writeFile(join(folder, 'cxr', 'model.onnx'), broken);
  await writeFile(join(folder, 'cxr', 'manifest.json'), JSON.stringify({ ...manifest, sha256: createHash('sha256').update(broken).digest('hex') }));
  const inference = await started({ modelsFolder: folder });
  expect(inference.state().refused[0]?.reasons).toContain('model.onnx is no ONNX file');
});

test('a models folder that is not there is said at start', async () => {
  await expect(started({ modelsFolder: join(tmpdir(), 'readroom-no-such-folder') })).rejects.toMatchObject({ code: 'inference-unavailable' });
});

test.each([
  ['an abdominal CT', ['samples/ts_ct/CTImage_1.2.840.10008.1.2.1.dcm'], 'CT', 'refused', /body-part/],
  ['a radiograph that cannot be read', ['samples/edge/rtplan_truncated.dcm'], 'CR', 'failed', /unreadable-images/],
] as const)('%s is not analysed, with the reason', async (_, paths, modality, status, code) => {
  const [result] = await (await started({ modelsFolder: shipped })).analyse({ study: fromFiles(paths, modality), studyClass: null });
  expect(result).toMatchObject({ status, findings: [] });
  expect(result?.reason?.code).toMatch(code);
});

test('a compressed, 15-bit, MONOCHROME1 radiograph is analysed', async () => {
  expect(readHeader(sharedFile('samples/chest/RG1_JLSN.dcm'))).toMatchObject({ modality: 'CR' });
  const [result] = await (await started()).analyse({ study: fromFiles(['samples/chest/RG1_JLSN.dcm', 'samples/chest/rsna_cxr_pa.dcm'], 'CR'), studyClass: null });
  expect(result?.status).toBe('final');
  expect(result?.scores.filter(({ sopInstanceUid }) => sopInstanceUid)).not.toHaveLength(0);
});

test('a study of a modality without a model answers nothing', async () => {
  expect(await (await started({ modelsFolder: shipped })).analyse({ study: fromFiles(['samples/misc/US1_UNCR.dcm'], 'NM'), studyClass: null })).toEqual([]);
});
