import { spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COMPILE_CACHE } from '../services/compile-cache.ts';

export const RESULTS = 'test-results';
const STEP_TIMEOUT_MS = 25 * 60_000;
const TAIL_LINES = 60;

const running = new Set<number>();

/** Ends whatever still runs, with everything it started. */
export function endSteps(): void {
  for (const pid of running) killGroup(pid);
}

/** Runs a program under the project's Node with its output in `test-results/<name>.log`; shows the end of it when it fails. */
export async function runTool(root: string, name: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number | null> {
  const logFile = join(root, RESULTS, `${name.replace(/[^a-z0-9]+/gi, '-')}.log`);
  await mkdir(join(root, RESULTS), { recursive: true });
  const log = await open(logFile, 'w');
  const child = spawn(process.execPath, [...args], { cwd: root, stdio: ['ignore', log.fd, log.fd], env: { ...process.env, NO_COLOR: '1', CI: '1', NODE_COMPILE_CACHE: COMPILE_CACHE, ...env }, detached: true });
  await log.close();
  const { pid } = child;
  if (pid !== undefined) running.add(pid);
  const bound = setTimeout(() => killGroup(pid), STEP_TIMEOUT_MS);
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', resolve);
  });
  clearTimeout(bound);
  if (pid !== undefined) running.delete(pid);
  if (code !== 0) console.log((await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-TAIL_LINES).join('\n'));
  return code;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It went by itself meanwhile.
  }
}
