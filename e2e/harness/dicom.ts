import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, readdir } from 'node:fs/promises';
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

/**
 * Copies of real files as a study of their own: new UIDs, and the attributes of `tags` (`PatientName=DOE^JANE`).
 * Pixels and transfer syntax stay as they are.
 */
export async function freshStudy(files: readonly string[], tags: readonly string[] = []): Promise<SampleStudy> {
  const folder = await mkdtemp(join(tmpdir(), 'readroom-study-'));
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

/** Sends files to READROOM with DCMTK's dcmsend, each in the transfer syntax it has. */
export function sendDicom(port: number, files: readonly string[]): Promise<ProgramRun> {
  return run('dcmsend', ['--aec', 'READROOM', '--no-uid-checks', '--max-send-pdu', '131072', '127.0.0.1', String(port), ...files]);
}
