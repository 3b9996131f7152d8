import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeDataSet, makeFile, testUid } from '../../apps/edge-node/src/testing/dicom-object.ts';
import { startTestEdge } from '../../apps/edge-node/src/testing/test-edge.ts';
import type { TestEdge } from '../../apps/edge-node/src/testing/test-edge.ts';

let edge: TestEdge;
let folder: string;

beforeEach(async () => {
  edge = await startTestEdge();
  folder = mkdtempSync(join(tmpdir(), 'readroom-send-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await edge.remove();
});

function run(...args: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    child.once('close', (code) => resolve({ code, output }));
  });
}

function writeImage(name: string, dataSet: (uid: string) => Buffer = (uid) => makeDataSet({ sopInstanceUid: uid })): void {
  const sopInstanceUid = testUid();
  writeFileSync(join(folder, name), makeFile(dataSet(sopInstanceUid), { sopInstanceUid }));
}

test('a folder is sent, and what is no DICOM object is named', async () => {
  writeImage('one.dcm');
  writeImage('two');
  writeFileSync(join(folder, 'note.txt'), 'hello');
  const { code, output } = await run(folder, '--port', String(edge.port));
  expect(output).toMatch(/2 sent to READROOM at 127\.0\.0\.1:\d+, 0 failed, 1 files are no DICOM objects/);
  expect(output).toMatch(/not sent: .*note\.txt: not a DICOM file/);
  expect(code).toBe(0);
  expect(edge.intake.store.instanceCount()).toBe(2);
});

test('an object that is refused makes the exit code, and its reason is said', async () => {
  writeImage('good.dcm');
  writeImage('bad.dcm', (uid) => makeDataSet({ sopInstanceUid: uid, studyUid: null }));
  const { code, output } = await run(folder, '--port', String(edge.port));
  expect(output).toMatch(/1 sent .* 1 failed/);
  expect(output).toMatch(/failed: .*bad\.dcm: refused with 0xA900: Study Instance UID is missing/);
  expect(code).toBe(1);
});

test.each([
  ['no folder', [], /FOLDER/, 2],
  ['an option nobody knows', ['/tmp', '--speed', '9'], /FOLDER/, 2],
  ['a folder that is not there', ['/nowhere/at/all'], /There is no folder \/nowhere\/at\/all/, 1],
])('%s is said plainly', async (_what, args, said, expected) => {
  const { code, output } = await run(...args);
  expect(output).toMatch(said);
  expect(code).toBe(expected);
});
