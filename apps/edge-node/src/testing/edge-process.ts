import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeTestIdentity } from './test-identity.ts';
import { until } from './until.ts';
import { COMPILE_CACHE } from '../../../../tools/services/compile-cache.ts';

/** Starting is loading a few thousand modules: seconds on a quiet machine, a minute on one that runs every other test too. */
const START_LIMIT_MS = 90_000;

const ROOT = resolve(import.meta.dirname, '../../../..');

export interface EdgeProcess {
  readonly child: ChildProcess;
  readonly dicomPort: number;
  /** 0 without DICOM over TLS. */
  readonly dicomTlsPort: number;
  readonly consolePort: number;
  /** 0 without the hospital's own page. */
  readonly lanPort: number;
  readonly log: () => string;
  kill(signal: NodeJS.Signals): Promise<void>;
}

export interface EdgeProcessOptions {
  readonly home: string;
  readonly env?: Record<string, string>;
  /** Only the SCP and the intake, which start ten times as fast as the whole node. */
  readonly intakeOnly?: boolean;
}

/** The edge node as IT runs it: its own process, its own environment, no gateway within reach, no models. */
export async function startEdgeProcess({ home, env = {}, intakeOnly = false }: EdgeProcessOptions): Promise<EdgeProcess> {
  const models = join(home, '..', 'no-models');
  mkdirSync(models, { recursive: true });
  const keyFile = join(home, '..', 'node-key');
  if (!existsSync(keyFile)) makeTestIdentity(keyFile);
  const args = intakeOnly ? [join(ROOT, 'apps/edge-node/src/testing/intake-process.ts'), home] : [join(ROOT, 'apps/edge-node/src/main.ts')];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '',
      // Compiled once for all the processes of a test run.
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      READROOM_GATEWAY_URL: 'http://127.0.0.1:9',
      READROOM_NODE_KEY_FILE: keyFile,
      READROOM_EDGE_HOME: home,
      READROOM_MODELS_DIR: models,
      READROOM_DICOM_HOST: '127.0.0.1',
      READROOM_DICOM_PORT: '0',
      READROOM_CONSOLE_PORT: '0',
      READROOM_DISK_RESERVE_MB: '1',
      ...env,
    },
  });
  let log = '';
  const keep = (chunk: Buffer): void => {
    log += chunk.toString('utf8');
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const exited = new Promise<void>((done) => child.once('close', () => done()));
  const ready = await until('the edge node to be ready', () => readyLine(child, log), START_LIMIT_MS).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  return {
    child,
    dicomPort: Number(ready[1]) || 0,
    consolePort: Number(ready[2]),
    dicomTlsPort: Number(ready[3]) || 0,
    lanPort: Number(ready[4]) || 0,
    log: () => log,
    async kill(signal) {
      child.kill(signal);
      await exited;
    },
  };
}

function readyLine(child: ChildProcess, log: string): RegExpExecArray | null {
  if (child.exitCode !== null) throw new Error(`the edge node ended: ${log}`);
  return /"event":"edge.ready","dicomPort":(\d+|null),"consolePort":(\d+)(?:,"dicomTlsPort":(\d+|null))?(?:,"lanPort":(\d+))?/.exec(log);
}
