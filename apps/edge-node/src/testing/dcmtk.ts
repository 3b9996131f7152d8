import { spawn } from 'node:child_process';

export interface ToolResult {
  readonly code: number | null;
  readonly output: string;
}

/** Nagle's algorithm would hold each of DCMTK's C-STORE requests back for 40 ms. */
export const DCMTK_ENV = { ...process.env, TCP_NODELAY: '1' };

/** Runs one of DCMTK's programs to its end; bounded, so that a peer that hangs fails the test. */
export function runTool(command: string, args: readonly string[], limitMs = 60_000): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: DCMTK_ENV, stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMs, killSignal: 'SIGKILL' });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output += chunk.toString('latin1');
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (cause) => reject(new Error(`this test needs ${command}: apt-get install dcmtk`, { cause })));
    child.once('close', (code) => resolve({ code, output }));
  });
}
