import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, mkdtemp, readFile, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../testing/run-cli.ts';
import { node, onnxFile } from '../testing/onnx-writer.ts';
import { writeModel } from '../testing/write-model.ts';
import { fetchModel } from './fetch-model.ts';
import type { FetchOptions } from './fetch-model.ts';

let root = '';
let server: Server;
let origin = '';
/** How the next answer for a model file goes wrong. */
let fault: 'none' | 'cut' | 'silent' | 'huge' = 'none';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'readroom-fetch-'));
  const mean = onnxFile({ inputs: [{ name: 'x', dims: [1, 8, 8, 1] }], outputs: [{ name: 'p', dims: [1, 1] }], nodes: [node('ReduceMean', ['x'], 'p', { axes: [1, 2], keepdims: 0 })] });
  const contract = {
    inputs: [{ kind: 'image', name: 'x', layout: 'NHWC', rows: 8, columns: 8, channels: 1, intensity: { kind: 'display' } }], output: { kind: 'classification', scores: [{ name: 'p' }] },
    labels: [{ index: 0, code: 'lung-nodule', severity: 'routine', threshold: 0.5, alertThreshold: 1 }],
  };
  await writeModel(join(root, 'vendor'), 'mean', mean, contract);
  await writeModel(join(root, 'vendor'), 'damaged', mean, { ...contract, sha256: '0'.repeat(64) });
  server = createServer((request, response) => void answer(request.url ?? '', response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(root, { recursive: true });
});

async function answer(path: string, response: ServerResponse): Promise<void> {
  const bytes = await readFile(join(root, 'vendor', path)).catch(() => undefined);
  if (!bytes) return void response.writeHead(404).end();
  if (!path.endsWith('.onnx') || fault === 'none') return void response.end(bytes);
  if (fault === 'huge') return void response.writeHead(200, { 'content-length': String(3 * 1024 ** 3) }).write('x');
  response.writeHead(200, { 'content-length': String(bytes.length) });
  response.write(bytes.subarray(0, 20), () => {
    if (fault === 'cut') response.destroy();
  });
}

async function folder(): Promise<string> {
  const own = await mkdtemp(join(root, 'models-'));
  // What a killed command left yesterday.
  await mkdir(join(own, '.incoming-old'));
  await utimes(join(own, '.incoming-old'), 1, 1);
  return own;
}
const take = (path: string, modelsFolder: string, change: Partial<FetchOptions> = {}) => fetchModel(path.includes('://') ? path : `${origin}/${path}`, { modelsFolder, signers: [], reserveBytes: 1, ...change });

test('a model is taken from the address of its manifest, whole, and not twice', async () => {
  const own = await folder();
  expect(await runCli(['models', 'fetch', `${origin}/mean/manifest.json`], { READROOM_MODELS_DIR: own, READROOM_DISK_RESERVE_MB: '1' })).toMatchObject({ code: 0, out: expect.stringMatching(/^mean 1\.0\.0 is in .*mean@1\.0\.0\./) });
  expect(await readdir(own)).toEqual(['mean@1.0.0']);
  expect((await readdir(join(own, 'mean@1.0.0'))).sort()).toEqual(['manifest.json', 'model.onnx']);
  await expect(take('mean/manifest.json', own)).rejects.toMatchObject({ code: 'model-exists' });
});

test.each([
  ['is cut off', 'mean/manifest.json', 'cut', {}, /connection was lost/],
  ['stands still', 'mean/manifest.json', 'silent', { idleMs: 200 }, /nothing came for 0\.2 s/],
  ['is too large', 'mean/manifest.json', 'huge', {}, /larger than 2147483647 bytes/],
  ['does not fit on the disk', 'mean/manifest.json', 'none', { reserveBytes: Number.MAX_SAFE_INTEGER }, /disk of the models has no room|is full/],
  ['has another hash', 'damaged/manifest.json', 'none', {}, /model\.onnx has sha256 .* the manifest says 0{64}/],
  ['is not there', 'none/manifest.json', 'none', {}, /the server answers 404/],
  ['is not signed', 'mean/manifest.json', 'none', { signers: ['-----BEGIN PUBLIC KEY-----'] }, /manifest\.sig was not taken: the server answers 404/],
  ['comes in the clear', 'http://vendor.example/manifest.json', 'none', {}, /not encrypted/],
  ['is no address', 'ftp://vendor.example/manifest.json', 'none', {}, /is no address/],
] as const)('one that %s leaves nothing behind', async (_, path, how, change, reason) => {
  const own = await folder();
  fault = how;
  await expect(take(path, own, change)).rejects.toThrow(reason);
  fault = 'none';
  expect((await readdir(own)).filter((name) => name !== '.incoming-old')).toEqual([]);
});
