import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { COMPILE_CACHE } from '../../../../tools/services/compile-cache.ts';

const MAIN = resolve(import.meta.dirname, '../cli/main.ts');

export interface CliResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** `readroom-edge` as IT types it, in an environment of its own. */
export function runCli(args: readonly string[], env: Readonly<Record<string, string>> = {}, program: readonly string[] = [process.execPath, MAIN]): Promise<CliResult> {
  return new Promise((done, reject) => {
    const [command = '', ...first] = program;
    const child = spawn(command, [...first, ...args], {
      env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 90_000,
      killSignal: 'SIGKILL',
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('utf8')));
    child.once('error', reject);
    child.once('close', (code) => done({ code, out, err }));
  });
}
