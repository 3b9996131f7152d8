import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { copyFile, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { SAMPLES } from './instance.ts';

/** DCMTK leaves Nagle on: without this every object waits 40 ms. */
const DCMTK_ENV = { ...process.env, TCP_NODELAY: '1' };

export interface ProgramRun {
  readonly code: number | null;
  readonly output: string;
}

export function run(program: string, args: readonly string[]): Promise<ProgramRun> {
  const child = spawn(program, [...args], { env: DCMTK_ENV, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 127, output: error.message }));
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** The files of a folder of `../shared/samples`. Throws a clear sentence when it is not there. */
export async function sampleFiles(folder: string): Promise<string[]> {
  const path = join(SAMPLES, folder);
  const names = await readdir(path).catch(() => {
    throw new Error(`../shared/samples/${folder} is not there: the journeys send real DICOM from the folder shared beside this repository.`);
  });
  return names.filter((name) => name.endsWith('.dcm')).sort().map((name) => join(path, name));
}

export interface SampleStudy {
  readonly files: readonly string[];
  readonly studyUid: string;
}

let copies = 0;
const folders: string[] = [];
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/**
 * Copies of real files as a study of their own: new UIDs, and the attributes of `tags` (`PatientName=DOE^JANE`).
 * Pixels and transfer syntax stay as they are.
 */
export async function freshStudy(files: readonly string[], tags: readonly string[] = []): Promise<SampleStudy> {
  const folder = await mkdtemp(join(tmpdir(), 'readroom-study-'));
  folders.push(folder);
  copies += 1;
  // 2.25 (ITU-T X.667): UIDs anyone may make.
  const root = `2.25.${String(Date.now())}${String(process.pid)}${String(copies)}`;
  const made: string[] = [];
  for (const [at, file] of files.entries()) {
    const copy = join(folder, `${String(at)}-${basename(file)}`);
    await copyFile(file, copy);
    made.push(copy);
  }
  const common = [`StudyInstanceUID=${root}1`, `SeriesInstanceUID=${root}2`, ...tags];
  const edit = await run('dcmodify', ['-nb', ...common.flatMap((tag) => ['-i', tag]), '-gin', ...made]);
  if (edit.code !== 0) throw new Error(`dcmodify could not rewrite the copies: ${edit.output}`);
  return { files: made, studyUid: `${root}1` };
}

export interface Sent extends ProgramRun {
  /** SOP Instance UIDs that were answered with 0x0000. */
  readonly acknowledged: readonly string[];
  readonly refused: readonly { readonly file: string; readonly status: string }[];
}

/** Sends files to READROOM with DCMTK's dcmsend, each in the transfer syntax it has, and reads its report. */
export async function sendDicom(port: number, files: readonly string[]): Promise<Sent> {
  const folder = await mkdtemp(join(tmpdir(), 'readroom-sent-'));
  const report = join(folder, 'report.txt');
  const ran = await run('dcmsend', ['-aec', 'READROOM', '-nuc', '-dn', '-to', '30', '+crf', report, '--max-send-pdu', '131072', '127.0.0.1', String(port), ...files]);
  const blocks = (await readFile(report, 'utf8').catch(() => '')).split(/^Number +: \d+$/m).slice(1);
  const fields = blocks.map((block) => ({ file: field(block, 'Filename'), sop: field(block, 'SOP Instance'), status: field(block, 'DIMSE Status') }));
  await rm(folder, { recursive: true });
  return {
    ...ran,
    acknowledged: fields.filter((one) => one.status.startsWith('0x0000')).map((one) => one.sop),
    refused: fields.filter((one) => /^0x(?!0000)/.test(one.status)).map(({ file, status }) => ({ file, status })),
  };
}

function field(block: string, name: string): string {
  return new RegExp(`^${name} *: (.*)$`, 'm').exec(block)?.[1]?.trim() ?? '';
}
