import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../apps/gateway/src/main.ts', import.meta.url));
const READY_WITHIN_MS = 180_000;

/** A gateway in a process of its own, to be killed as the power would. */
export interface GatewayProcess {
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
}

export interface GatewayProcessOptions {
  readonly port: number;
  readonly databaseUrl: string;
  readonly authSecretFile: string;
}

/** Resolves when it answers; throws with its last words when it does not. */
export async function spawnGateway(options: GatewayProcessOptions): Promise<GatewayProcess> {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      READROOM_PORT: String(options.port),
      DATABASE_URL: options.databaseUrl,
      READROOM_AUTH_SECRET_FILE: options.authSecretFile,
      READROOM_LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const words: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => words.splice(0, Math.max(0, words.push(chunk.toString()) - 20)));
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  if (!(await answers(child, options.port))) {
    child.kill('SIGKILL');
    await gone;
    throw new Error(`the gateway did not come up: ${words.join('')}`);
  }
  return {
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function answers(child: ChildProcess, port: number): Promise<boolean> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (child.exitCode === null && Date.now() < deadline) {
    const response = await fetch(`http://127.0.0.1:${port}/api/instance`).catch(() => null);
    await response?.arrayBuffer();
    if (response?.ok) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
