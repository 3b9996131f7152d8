import { spawn } from 'node:child_process';

export interface ToolRun {
  readonly code: number | null;
  /** The last 20 kB of both streams. */
  readonly output: string;
}

/** Runs one of the project's programs under its Node, to its end. `signal` ends it and everything it started. */
export function runTool(args: readonly string[], options: { cwd: string; env?: Readonly<Record<string, string>>; signal?: AbortSignal }): Promise<ToolRun> {
  const env = { ...process.env, ...options.env };
  const child = spawn(process.execPath, [...args], { cwd: options.cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-20_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const abort = (): void => killGroup(child.pid);
  options.signal?.addEventListener('abort', abort, { once: true });
  if (options.signal?.aborted) abort();
  return new Promise((resolve) => {
    const done = (code: number | null, text: string): void => {
      options.signal?.removeEventListener('abort', abort);
      resolve({ code, output: text });
    };
    child.once('error', (error) => done(127, error.message));
    child.once('close', (code) => done(code, output));
  });
}

/** A negative number names the process group: the tool's own workers end with it. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It went by itself meanwhile.
  }
}
