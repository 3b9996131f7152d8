import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestDb } from '@readroom/db/testing';
import type { TestDb } from '@readroom/db/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { freePort } from '../../../tools/services/free-port.ts';
import { COMPILE_CACHE } from '../../../tools/services/compile-cache.ts';

let db: TestDb;
let home: string;
let secretFile: string;
beforeAll(async () => {
  db = await createTestDb();
  home = await mkdtemp(join(tmpdir(), 'readroom-main-'));
  secretFile = join(home, 'secret');
  await writeFile(secretFile, 's'.repeat(48));
});
afterAll(async () => {
  await db.close();
  await rm(home, { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  readonly code: Promise<number | null>;
  stdout(): string;
  stderr(): string;
}

function run(env: Record<string, string>): Run {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const child = spawn(process.execPath, [main], { env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: COMPILE_CACHE, READROOM_AUTH_SECRET_FILE: secretFile, DATABASE_URL: db.url, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return { child, code: new Promise((resolve) => child.once('exit', resolve)), stdout: () => stdout, stderr: () => stderr };
}

test('the process serves, and SIGTERM ends it in order with code 0', async () => {
  const port = await freePort();
  const gateway = run({ READROOM_PORT: String(port) });
  await vi.waitFor(async () => expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200), { timeout: 50_000, interval: 200 });
  gateway.child.kill('SIGTERM');
  expect(await gateway.code).toBe(0);
  expect(gateway.stdout()).toContain('"event":"gateway.stopped"');
  expect(gateway.stderr()).toBe('');
});

test('a port in use, a database that is away, a missing secret and bad settings each give one sentence and a non-zero exit', async () => {
  const holder = createServer();
  const taken = await new Promise<number>((resolve) => holder.listen(0, '127.0.0.1', () => {
    const address = holder.address();
    resolve(typeof address === 'object' && address ? address.port : 0);
  }));
  const nowhere = await freePort();
  const cases: [Record<string, string>, RegExp][] = [
    [{ READROOM_PORT: String(taken) }, new RegExp(`^Port ${taken} is taken by another program\\..*READROOM_PORT`)],
    [{ READROOM_PORT: '0', DATABASE_URL: `postgresql://u:hidden@127.0.0.1:${nowhere}/d` }, new RegExp(`^The database at 127\\.0\\.0\\.1:${nowhere} cannot be reached\\.`)],
    [{ READROOM_PORT: '0', READROOM_AUTH_SECRET_FILE: join(home, 'none') }, /^READROOM_AUTH_SECRET_FILE must name a readable file/],
    [{ READROOM_PORT: '0', REDIS_URL: `redis://127.0.0.1:${nowhere}` }, /^Redis at 127\.0\.0\.1:\d+ cannot be reached\./],
    [{ READROOM_PORT: 'web' }, /^The gateway cannot start with these settings\. READROOM_PORT/],
  ];
  const ended = cases.map(async ([env, sentence]) => {
    const gateway = run(env);
    expect(await gateway.code).toBe(1);
    expect(gateway.stderr()).toMatch(sentence);
    expect(gateway.stderr().trim().split('\n')).toHaveLength(1);
    expect(gateway.stderr() + gateway.stdout()).not.toContain('hidden');
  });
  await Promise.all(ended);
  holder.close();
}, 180_000);
