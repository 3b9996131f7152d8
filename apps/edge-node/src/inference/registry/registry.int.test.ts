import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AnalysisResult } from '@readroom/shared/finding/analysis';
import { chestDicom } from '../../testing/graded-dicom.ts';
import { runCli } from '../../testing/run-cli.ts';
import { sharedFolder } from '../../testing/shared-files.ts';
import { until } from '../../testing/until.ts';
import { loadModels } from '../models.ts';
import type { ModelsChange } from '../process/worker-host.ts';
import { DEFAULT_INFERENCE_OPTIONS, Inference } from '../service.ts';
import { graphBody, integers, node, onnxFile, weight } from '../testing/onnx-writer.ts';
import { writeModel } from '../testing/write-model.ts';
import { watchRoles } from './role-watch.ts';
import { openRoles } from './roles.ts';
import type { Roles } from './roles.ts';
import { readSigners } from './signature.ts';

vi.setConfig({ testTimeout: 60_000 });

const shipped = fileURLToPath(new URL('../../../../../models/', import.meta.url));
let root = '';
let folder = '';
let roles: Roles;
let inference: Inference;
const changes: ModelsChange[] = [];
const chest = await chestDicom(sharedFolder('data/cxr/images')[0] ?? '', '2.25.4');

const contract = {
  inputs: [{ kind: 'image', name: 'x', layout: 'NHWC', rows: 8, columns: 8, channels: 1, intensity: { kind: 'display' } }],
  output: { kind: 'classification', scores: [{ name: 'p', activation: 'none' }] },
  labels: [{ index: 0, code: 'lung-nodule', severity: 'routine', threshold: 0.5, alertThreshold: 1 }],
};
/** Answers one number whatever it sees. */
const saying = (value: number) => onnxFile({
  inputs: [{ name: 'x', dims: [1, 8, 8, 1] }], outputs: [{ name: 'p', dims: [1, 1] }],
  nodes: [node('ReduceMean', ['x'], 'mean', { axes: [1, 2], keepdims: 0 }), node('Mul', ['mean', 'zero'], 'nothing'), node('Add', ['nothing', 'said'], 'p')], weights: [weight('zero', [], [0]), weight('said', [], [value])],
});
/** Counts to a number that is not reached. */
const endless = onnxFile({
  inputs: [{ name: 'x', dims: [1, 8, 8, 1] }], outputs: [{ name: 'p', dims: [1, 8, 8, 1] }], nodes: [node('Loop', ['times', '', 'x'], 'p', { body: graphBody({
    inputs: [{ name: 'i', type: 'int64', dims: [] }, { name: 'go', type: 'bool', dims: [] }, { name: 'a', dims: [1, 8, 8, 1] }], outputs: [{ name: 'on', type: 'bool', dims: [] }, { name: 'b', dims: [1, 8, 8, 1] }],
    nodes: [node('Identity', ['go'], 'on'), node('Sin', ['a'], 'b')],
  }) })], weights: [integers('times', [2 ** 48])],
});

async function analyse(uid: string): Promise<AnalysisResult[]> {
  return inference.analyse({ studyClass: null, study: { studyUid: uid, complete: true, images: [{ sopInstanceUid: chest.sopInstanceUid, modality: 'CR' }], read: async () => chest.bytes } });
}
const rolesIn = (results: readonly AnalysisResult[]): string[] => results.map(({ model, status, role }) => `${model.id} ${model.version} ${status} ${role}`).sort();
/** Made beside and moved in. */
async function drop(...models: readonly (readonly [name: string, graph: Uint8Array, change?: object])[]): Promise<void> {
  for (const [name, graph, change] of models) await writeModel(join(root, 'beside'), name, graph, { ...contract, ...change });
  await Promise.all(models.map(([name]) => rename(join(root, 'beside', name), join(folder, name))));
}
const loaded = (id: string): Promise<unknown> => until(`${id} to be loaded`, () => inference.state().models.some((model) => model.id === id));

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'readroom-registry-'));
  folder = join(root, 'models');
  await writeModel(folder, 'steady', saying(0.25), contract);
  roles = openRoles(join(root, 'edge', 'models.sqlite'), () => 1_700_000_000_000);
  roles.promote({ id: 'steady', version: '1.0.0', sha256: createHash('sha256').update(saying(0.25)).digest('hex') }, 0);
  inference = new Inference({
    ...DEFAULT_INFERENCE_OPTIONS, providers: ['cpu'], modelsFolder: folder, now: () => 1_700_000_000_000, pollMs: 30, readyTimeoutMs: 2_500, roleOf: (model) => roles.roleOf(model), onModels: (change) => changes.push(change),
  });
  await inference.start();
});
afterAll(async () => {
  await inference.stop();
  roles.close();
  await rm(root, { recursive: true });
});

const cli = (...args: string[]) => runCli(['models', ...args], { READROOM_MODELS_DIR: folder, READROOM_EDGE_HOME: join(root, 'edge') });

test('[PR9] a model dropped in while the node runs is used without a restart, in shadow, and no study is lost meanwhile', async () => {
  const pid = inference.state().pid;
  expect(rolesIn(await analyse('1.1'))).toEqual(['steady 1.0.0 final active']);
  await drop(['nodule', saying(0.75)]);
  const meanwhile: Promise<AnalysisResult[]>[] = [];
  await until('nodule to be loaded', () => {
    if (meanwhile.length < 40) meanwhile.push(analyse(`1.2.${meanwhile.length}`));
    return inference.state().models.some(({ id }) => id === 'nodule');
  });
  const answers = await Promise.all(meanwhile);
  for (const results of answers) expect(rolesIn(results)).toContain('steady 1.0.0 final active');
  const after = await analyse('1.3');
  expect(rolesIn(after)).toEqual(['nodule 1.0.0 final shadow', 'steady 1.0.0 final active']);
  expect(after.find(({ model }) => model.id === 'nodule')?.findings).toMatchObject([{ code: 'lung-nodule', confidence: expect.closeTo(0.75, 5) }]);
  expect(inference.state().pid).not.toBe(pid);
  expect(changes).toMatchObject([{ loaded: [{ id: 'nodule' }], refused: [], retired: [], fault: null }]);
});

test('one that never returns, one that is half copied and one in two folders are refused with the reason, the others go on; mended it is taken up', async () => {
  const sha256 = createHash('sha256').update(saying(0.1)).digest('hex');
  await drop(['endless', endless], ['half', saying(0.1).subarray(0, 40), { sha256 }], ['nodule@1.0.0', saying(0.2)]);
  const refused = await until('three to be refused', () => (inference.state().refused.length === 3 ? inference.state().refused : null));
  expect(Object.fromEntries(refused.map(({ id, reasons }) => [id, reasons.join()]))).toEqual({
    endless: 'it was not ready after 2.5 s', half: expect.stringMatching(/half.*|model\.onnx has sha256/), nodule: 'version 1.0.0 of nodule is in nodule already',
  });
  expect(rolesIn(await analyse('1.4'))).toEqual(['endless 1.0.0 refused shadow', 'half 1.0.0 refused shadow', 'nodule 1.0.0 final shadow', 'nodule 1.0.0 refused shadow', 'steady 1.0.0 final active']);
  await writeFile(join(folder, 'half', 'model.onnx'), saying(0.1));
  for (const name of ['endless', 'nodule@1.0.0']) await rm(join(folder, name), { recursive: true });
  await loaded('half');
  await until('nothing to be refused', () => inference.state().refused.length === 0);
  await rm(join(folder, 'half'), { recursive: true });
  await until('half to be retired', () => changes.some(({ retired }) => retired.some(({ id }) => id === 'half')));
});

describe('which version counts', () => {
  test('is said by a command, at once for a running node, kept over a restart, and logged by the node', async () => {
    await drop(['nodule@2.0.0', saying(0.9), { version: '2.0.0' }]);
    await until('the second version', () => inference.state().models.some(({ version }) => version === '2.0.0'));
    const heard: string[] = [];
    const timers: (() => void)[] = [];
    const watch = watchRoles(roles, (callback) => {
      timers.push(callback);
      return () => undefined;
    }, ({ action, id, version }) => heard.push(`${action} ${id} ${version}`));
    await watch.start();
    expect(await cli('promote', 'nodule', '2.0.0')).toMatchObject({ code: 0, out: expect.stringMatching(/^nodule 2\.0\.0 counts from now on/) });
    expect(rolesIn(await analyse('1.5')).slice(0, 2)).toEqual(['nodule 1.0.0 final shadow', 'nodule 2.0.0 final active']);
    expect((await cli()).out).toMatch(/WARN {2}nodule 2\.0\.0 {2}active .*\n +MODEL_CARD\.md is missing.*Ask whoever made it/);
    const again = openRoles(join(root, 'edge', 'models.sqlite'), Date.now);
    expect(again.chosen('nodule')).toMatchObject({ version: '2.0.0' });
    again.close();
    expect(() => roles.promote(roles.chosen('nodule')!, roles.seen('nodule'))).toThrow('nodule 2.0.0 counts already.');
    expect(await cli('promote', 'nodule', '3.0.0')).toMatchObject({ code: 1, err: 'There is no nodule 3.0.0 in the models folder, there is 1.0.0, 2.0.0.\n' });
    expect(await cli('rollback', 'nodule')).toMatchObject({ code: 0, out: expect.stringMatching(/^No promoted version of nodule counts any more/) });
    expect(rolesIn(await analyse('1.6')).slice(0, 2)).toEqual(['nodule 1.0.0 final shadow', 'nodule 2.0.0 final shadow']);
    expect(() => roles.rollback('nodule', roles.seen('nodule'))).toThrow(/nothing to go back to/);
    timers.at(-1)?.();
    expect(heard).toEqual(['promote nodule 2.0.0', 'rollback nodule null']);
  });

  test('two promoted at once: one wins, the other is told who did', () => {
    const other = openRoles(join(root, 'edge', 'models.sqlite'), () => 1_700_000_000_000);
    const [mine, theirs] = [roles.seen('twin'), other.seen('twin')];
    roles.promote({ id: 'twin', version: '1.0.0', sha256: 'a' }, mine);
    expect(() => other.promote({ id: 'twin', version: '2.0.0', sha256: 'b' }, theirs)).toThrow(/Somebody else changed twin meanwhile: 1\.0\.0 counts since 2023/);
    other.promote({ id: 'twin', version: '2.0.0', sha256: 'b' }, other.seen('twin'));
    expect(other.rollback('twin', other.seen('twin'))).toMatchObject({ version: '1.0.0' });
    expect(roles.chosen('twin')).toMatchObject({ version: '1.0.0', sha256: 'a' });
    other.close();
  });

  test('[PR7] a version that counts and is damaged reads "not analysed"; other bytes under its number do not count', () => {
    const role = (version: string, sha256: string | null, id = 'twin') => roles.roleOf({ id, version, sha256, reference: id === 'cxr' });
    expect([role('1.0.0', 'a'), role('1.0.0', null), role('unknown', null), role('1.0.0', 'c'), role('2.0.0', null)]).toEqual(['active', 'active', 'active', 'shadow', 'shadow']);
    expect([role('1.0.0', 'x', 'cxr'), role('1.0.0', 'x', 'other')]).toEqual(['active', 'shadow']);
  });
});

test('where signers are named a model of others needs the signature of one of them, over the manifest as it is', async () => {
  const own = join(root, 'signed');
  const [ours, theirs] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];
  const pem = (key: typeof ours): string => key.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  await writeFile(join(root, 'signers.pem'), `${pem(theirs)}\n${pem(ours)}`);
  const signers = readSigners(join(root, 'signers.pem'));
  await cp(join(shipped, 'cxr'), join(own, 'cxr'), { recursive: true });
  for (const name of ['good', 'edited', 'strange', 'unsigned']) {
    await writeModel(own, name, saying(0.5), contract);
    const manifest = await readFile(join(own, name, 'manifest.json'));
    const key = name === 'strange' ? generateKeyPairSync('ed25519') : ours;
    if (name !== 'unsigned') await writeFile(join(own, name, 'manifest.sig'), `${sign(null, manifest, key.privateKey).toString('base64')}\n`);
    if (name === 'edited') await writeFile(join(own, name, 'manifest.json'), manifest.toString('utf8').replace('"threshold":0.5', '"threshold":0.9'));
  }
  const { models, refused } = await loadModels(own, signers);
  expect(models.map(({ manifest: { id } }) => id)).toEqual(['cxr', 'good']);
  expect(refused.map(({ id, reasons }) => [id, reasons.join()])).toEqual([
    ['edited', expect.stringMatching(/^manifest\.sig is of none of this node's signers, or manifest\.json was changed/)], ['strange', expect.stringMatching(/^manifest\.sig is of none/)], ['unsigned', expect.stringMatching(/^manifest\.sig is missing/)],
  ]);
  await writeFile(join(root, 'signers.pem'), generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' }).toString());
  expect(() => readSigners(join(root, 'signers.pem'))).toThrow(/READROOM_MODEL_SIGNERS_FILE: .* holds a key that is not Ed25519/);
});
