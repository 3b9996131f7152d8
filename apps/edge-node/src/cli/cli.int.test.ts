import { appendFileSync, chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort } from '../../../../tools/services/free-port.ts';
import { DCMTK_ENV, runTool } from '../testing/dcmtk.ts';
import { node, onnxFile } from '../inference/testing/onnx-writer.ts';
import { writeModel } from '../inference/testing/write-model.ts';
import { makeDataSet, testUid } from '../testing/dicom-object.ts';
import { startEdgeProcess } from '../testing/edge-process.ts';
import type { EdgeProcess } from '../testing/edge-process.ts';
import { connectRaw } from '../testing/raw-scu.ts';
import { runCli } from '../testing/run-cli.ts';
import { makeHome } from '../testing/test-edge.ts';
import { until } from '../testing/until.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const MODELS = resolve(import.meta.dirname, '../../../../models');
let root: string;
let edge: EdgeProcess;

beforeAll(async () => {
  root = makeHome();
  mkdirSync(join(root, 'edge'), { mode: 0o700 });
  for (const id of ['cxr', 'head_ct']) cpSync(join(MODELS, id), join(root, 'two-models', id), { recursive: true });
  edge = await startEdgeProcess({ home: join(root, 'edge'), env: { READROOM_MODELS_DIR: join(root, 'two-models') } });
});
afterAll(async () => {
  await edge.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

describe('status', () => {
  test('tells what the running node does, and exits with 1 while results do not move', async () => {
    await until('the models', async () => (await runCli(['status', '--json'], consoleEnv())).out.includes('"provider"'));
    const said = await runCli(['status'], consoleEnv());
    expect(said.out).toMatch(/^DICOM +READROOM, port \d+, running for/m);
    expect(said.out).toMatch(/^Models .*cxr [\d.]+ on cpu, head_ct/m);
    await until('the missing gateway to be a problem', async () => (await runCli(['status'], consoleEnv())).code === 1);
    expect((await runCli(['status'], consoleEnv())).out).toMatch(/^STOP  No link to the gateway/m);
  });

  test('says where it looked when no node runs', async () => {
    const { code, err } = await runCli(['status'], { READROOM_CONSOLE_PORT: String(await freePort()) });
    expect(code).toBe(1);
    expect(err).toMatch(/No edge node answers on 127\.0\.0\.1:\d+\. Start it/);
  });
});

function consoleEnv(): Record<string, string> {
  return { READROOM_CONSOLE_PORT: String(edge.consolePort) };
}

describe('echo', () => {
  test('the node, and DCMTK’s receiver, answer ours', async () => {
    expect(await runCli(['echo', '127.0.0.1', String(edge.dicomPort), 'READROOM'])).toMatchObject({ code: 0, out: expect.stringMatching(/answered our C-ECHO/) });
    const port = await freePort();
    const peer = spawn('storescp', ['-od', root, String(port)], { env: DCMTK_ENV, stdio: 'ignore' });
    await until('storescp to listen', async () => (await runTool('echoscu', ['127.0.0.1', String(port)])).code === 0);
    const answer = await runCli(['echo', '127.0.0.1', String(port), 'PACS'], { READROOM_AE_TITLE: 'NODE1' });
    peer.kill();
    expect(answer).toMatchObject({ code: 0, out: expect.stringMatching(/as NODE1/) });
  });

  test.each([
    ['a called AE title it does not know', async () => ['127.0.0.1', String(edge.dicomPort), 'PACS'], 1, /does not know the called AE title/],
    ['nobody', async () => ['127.0.0.1', String(await freePort()), 'PACS'], 1, /ECONNREFUSED/],
    ['no AE title', async () => ['127.0.0.1', '104'], 2, /Usage: readroom-edge echo HOST PORT AET/],
    ['a port that is none', async () => ['127.0.0.1', 'dicom', 'PACS'], 2, /Usage/],
  ])('%s is said', async (_what, args, code, err) => {
    expect(await runCli(['echo', ...(await args())])).toMatchObject({ code, err: expect.stringMatching(err) });
  });
});

describe('models', () => {
  test('those that come along are whole and their cards name them', async () => {
    const { code, out } = await runCli(['models'], { READROOM_MODELS_DIR: MODELS });
    expect(out).toMatch(/^OK {4}cxr [\d.]+ {2}active {2}sha256 [0-9a-f]{64}/m);
    expect(code).toBe(0);
  });

  test('a damaged file, and a card of another file, are said', async () => {
    const folder = join(root, 'models');
    for (const id of ['cxr', 'head_ct']) cpSync(join(MODELS, id), join(folder, id), { recursive: true });
    appendFileSync(join(folder, 'cxr', 'model.onnx'), 'x');
    writeFileSync(join(folder, 'head_ct', 'MODEL_CARD.md'), 'another model');
    const { code, out } = await runCli(['models'], { READROOM_MODELS_DIR: folder });
    expect(out).toMatch(/FAIL {2}cxr [\d.]+ {2}not used:\n +model\.onnx has sha256/);
    expect(out).toMatch(/MODEL_CARD\.md describes another model file/);
    expect(code).toBe(1);
  });

  test('[PR9] one of others, put beside them while the node runs, is told by status in shadow, promoted by a command, and what is wrong with another by every reason', async () => {
    const folder = join(root, 'two-models');
    const env = { ...consoleEnv(), READROOM_MODELS_DIR: folder, READROOM_EDGE_HOME: join(root, 'edge') };
    const mean = onnxFile({ inputs: [{ name: 'x', dims: [1, 8, 8, 1] }], outputs: [{ name: 'p', dims: [1, 1] }], nodes: [node('ReduceMean', ['x'], 'p', { axes: [1, 2], keepdims: 0 })] });
    const inputs = [{ kind: 'image', name: 'x', layout: 'NHWC', rows: 8, columns: 8, channels: 1, intensity: { kind: 'display' } }];
    const output = { kind: 'classification', scores: [{ name: 'p' }] };
    const labels = [{ index: 0, code: 'lung-nodule', severity: 'routine', threshold: 0.5, alertThreshold: 1 }];
    await writeModel(folder, 'mean', mean, { inputs, output, labels });
    await writeModel(folder, 'wrong', mean, { inputs, output, labels: [{ ...labels[0], code: 'nodule', index: 4 }] });
    const statusOf = async (): Promise<string> => (await runCli(['status'], env)).out;
    const said = await until('the node to see both', async () => [await statusOf()].find((out) => out.includes('mean 1.0.0 on cpu (shadow)')));
    expect(said).toMatch(/Model wrong 1\.0\.0 is not used: manifest\.json: labels\.0: nodule is not in the finding catalogue; lung-nodule is; .*labels\.0\.index: 4 is beyond the 1 column/);
    expect(edge.log()).toMatch(/model\.loaded.*mean/);
    expect(await runCli(['models', 'promote', 'wrong', '1.0.0'], env)).toMatchObject({ code: 1, err: expect.stringMatching(/^wrong 1\.0\.0 is not used/) });
    expect(await runCli(['models', 'promote', 'mean', '1.0.0'], env)).toMatchObject({ code: 0 });
    expect(await statusOf()).toMatch(/mean 1\.0\.0 on cpu(,|$)/m);
    await until('the node to log it', () => /model\.role-changed/.test(edge.log()));
  });
});

test('logs passes on what happened, never of whom', async () => {
  const scu = await connectRaw(edge.dicomPort);
  await scu.associate();
  await scu.store(makeDataSet({ sopInstanceUid: testUid(), patientName: 'Zebrafish^Quentin', patientId: 'ZQ-4711' }), { sopInstanceUid: testUid() });
  await scu.release();
  await until('the log', () => /association\.ended.*"RAW"/.test(edge.log()));
  const file = join(root, 'edge.log');
  writeFileSync(file, `${edge.log()}${JSON.stringify({ level: 30, time: 'T', event: 'made.up', patientName: 'Zebrafish' })}\nZebrafish\n`);
  const { code, out } = await runCli(['logs', '-n', '200', file]);
  expect(code).toBe(0);
  expect(out).toMatch(/info association\.ended .*association\.callingAeTitle="RAW"/);
  expect(out).toMatch(/1 line\(s\) are not the node's own/);
  expect(out).not.toMatch(/Zebrafish|ZQ-4711/);
  expect((await runCli(['logs', join(root, 'none.log')])).code).toBe(1);
  expect((await runCli(['logs'])).code).toBe(2);
});

test('what is no command is answered with those there are', async () => {
  const { code, err } = await runCli(['constructor']);
  expect(code).toBe(2);
  for (const name of ['status', 'doctor', 'echo HOST PORT AET', 'models', 'logs']) expect(err).toContain(name);
});

test('settings are read from a file, and one that cannot be read is said', async () => {
  const file = join(root, 'edge.env');
  writeFileSync(file, `READROOM_CONSOLE_PORT=${edge.consolePort}\n`);
  chmodSync(file, 0o600);
  expect((await runCli(['status'], { READROOM_EDGE_ENV_FILE: file })).out).toMatch(/^DICOM/m);
  expect(await runCli(['status'], { READROOM_EDGE_ENV_FILE: root })).toMatchObject({ code: 1, err: expect.stringMatching(/settings in .* cannot be read/) });
});
