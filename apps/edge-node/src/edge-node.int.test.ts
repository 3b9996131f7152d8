import { mkdirSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makeDataSet, testUid } from './testing/dicom-object.ts';
import { startEdgeProcess } from './testing/edge-process.ts';
import type { EdgeProcess } from './testing/edge-process.ts';
import { connectRaw } from './testing/raw-scu.ts';
import { makeHome } from './testing/test-edge.ts';
import { until } from './testing/until.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let root: string;
let edge: EdgeProcess;

beforeAll(async () => {
  root = makeHome();
  mkdirSync(join(root, 'edge'));
  edge = await startEdgeProcess({ home: join(root, 'edge') });
});
afterAll(async () => {
  await edge.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

const PATIENT = 'Zebrafish^Quentin';

async function sendOne(): Promise<string> {
  const scu = await connectRaw(edge.dicomPort);
  await scu.associate();
  const sopInstanceUid = testUid();
  expect((await scu.store(makeDataSet({ sopInstanceUid, patientName: PATIENT, patientId: 'ZQ-4711' }), { sopInstanceUid })).status).toBe(0);
  expect((await scu.store(Buffer.from('Zebrafish is no data set'), { sopInstanceUid: testUid() })).status).toBe(0xc000);
  await scu.release();
  return sopInstanceUid;
}

function ask(path: string, host = `127.0.0.1:${edge.consolePort}`): Promise<{ status: number; body: string; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: edge.consolePort, path, headers: { host } }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
    }).on('error', reject);
  });
}

test('the console tells what happened, and never of whom', async () => {
  await sendOne();
  await ask('/');
  const status = await until('the study to be told to the outbox', async () => {
    const answer = JSON.parse((await ask('/api/status')).body);
    return answer.outbox.depth > 0 ? answer : null;
  });
  expect(status).toMatchObject({ intake: { instances: 1, halted: null }, link: { state: expect.stringMatching(/connecting|waiting/) } });
  expect(status.associations[0]).toMatchObject({ callingAeTitle: 'RAW', stored: 1, failed: 1, problem: null });
  expect(status.errors[0]).toMatchObject({ code: 'status-0xC000', count: 1 });
  expect(status.problems.map((problem: { what: string }) => problem.what)).toContain('No model is loaded: no study is analysed.');

  const metrics = await ask('/metrics');
  expect(metrics.body).toMatch(/readroom_edge_objects_total\{status="0000"\} 1/);
  expect(metrics.body).toMatch(/readroom_edge_stored_instances 1/);
  expect(await ask('/healthz')).toMatchObject({ status: 200, body: '{"status":"ok"}' });
  const page = await ask('/');
  expect(page.headers['content-security-policy']).toMatch(/default-src 'none'/);

  const everything = [JSON.stringify(status), metrics.body, page.body, edge.log()].join('\n');
  for (const secret of ['Zebrafish', 'Quentin', 'ZQ-4711']) expect(everything).not.toContain(secret);
});

test('the console answers to the names of this machine only', async () => {
  expect((await ask('/api/status', 'evil.example:8088')).status).toBe(403);
  expect((await ask('/api/status', `localhost:${edge.consolePort}`)).status).toBe(200);
});

test('a DICOM port in use ends the start with one sentence', async () => {
  const second = startEdgeProcess({ home: join(root, 'other'), env: { READROOM_DICOM_PORT: String(edge.dicomPort) } });
  await expect(second).rejects.toThrow(/DICOM port \d+ is taken by another program\. Stop it, or set READROOM_DICOM_PORT to a free port\./);
});

test('SIGTERM ends the node in order, and a second start finds everything', async () => {
  await sendOne();
  await edge.kill('SIGTERM');
  expect(edge.child.exitCode).toBe(0);
  expect(edge.log()).toMatch(/"event":"edge.stopped"/);
  edge = await startEdgeProcess({ home: join(root, 'edge') });
  expect(edge.log()).not.toMatch(/intake.recovered/);
  expect(JSON.parse((await ask('/api/status')).body)).toMatchObject({ intake: { instances: 2 } });
});
