import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { COMPILE_CACHE } from '../../../../../tools/services/compile-cache.ts';

const ROOT = resolve(import.meta.dirname, '../../../../..');
const START_TIMEOUT_MS = 60_000;

/** A file of the real DICOM samples beside the repository. A test that needs it fails without it. */
export function sample(path: string): string {
  const found = resolve(ROOT, '../shared/samples', path);
  if (!existsSync(found)) throw new Error(`this test needs the DICOM samples: ../shared/samples/${path} is not there`);
  return found;
}

export interface RealNode {
  readonly dicomPort: number;
  /** By C-STORE, as a modality does. */
  send(files: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

/** The edge node as IT runs it, linked to the gateway, without models. */
export async function startRealNode(gatewayUrl: string, nodeKey: string): Promise<RealNode> {
  const home = await mkdtemp(join(tmpdir(), 'readroom-node-'));
  await mkdir(join(home, 'models'));
  await writeFile(join(home, 'key'), nodeKey);
  const child = spawn(process.execPath, [join(ROOT, 'apps/edge-node/src/main.ts')], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: COMPILE_CACHE, READROOM_GATEWAY_URL: gatewayUrl, READROOM_NODE_KEY_FILE: join(home, 'key'), READROOM_EDGE_HOME: join(home, 'data'), READROOM_MODELS_DIR: join(home, 'models'),
      READROOM_DICOM_HOST: '127.0.0.1', READROOM_DICOM_PORT: '0', READROOM_CONSOLE_PORT: '0', READROOM_DISK_RESERVE_MB: '1',
    },
  });
  const exited = new Promise<void>((done) => child.once('close', () => done()));
  const dicomPort = await readyPort(child);
  return {
    dicomPort,
    async send(files) {
      await promisify(execFile)('dcmsend', ['-aec', 'READROOM', '127.0.0.1', String(dicomPort), ...files], { env: { ...process.env, TCP_NODELAY: '1' }, timeout: 60_000 });
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
      await rm(home, { recursive: true, force: true });
    },
  };
}

function readyPort(child: ChildProcess): Promise<number> {
  return new Promise((found, reject) => {
    let log = '';
    const timer = setTimeout(() => reject(new Error(`the edge node was not ready in time: ${log}`)), START_TIMEOUT_MS);
    const look = (chunk: Buffer): void => {
      log += chunk.toString('utf8');
      const ready = /"event":"edge.ready","dicomPort":(\d+)/.exec(log);
      if (!ready) return;
      clearTimeout(timer);
      found(Number(ready[1]));
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('close', () => reject(new Error(`the edge node ended: ${log}`)));
  });
}
