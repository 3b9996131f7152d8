import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { makeDataSet, testUid } from '../testing/dicom-object.ts';
import { startEdgeProcess } from '../testing/edge-process.ts';
import type { EdgeProcess } from '../testing/edge-process.ts';
import { connectRaw } from '../testing/raw-scu.ts';
import { makeHome, startTestEdge } from '../testing/test-edge.ts';
import { until } from '../testing/until.ts';

vi.setConfig({ testTimeout: 120_000 });

const MIB = 1024 * 1024;
let root: string;
let home: string;

beforeEach(() => {
  root = makeHome();
  home = join(root, 'edge');
  mkdirSync(home);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** The tests run as root (a small disk of its own, and system calls made to fail); elsewhere they say so and fail. */
function asRoot(command: string, args: readonly string[]): void {
  if (process.getuid?.() !== 0) throw new Error('this test mounts a small disk and must run as root');
  execFileSync(command, [...args]);
}

describe('[ED1] on a disk of 16 MiB that fills up', () => {
  beforeEach(() => asRoot('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', home]));
  afterEach(() => asRoot('umount', ['-l', home]));

  test.each([
    ['within the reserve', 4 * MIB],
    ['to the last byte', 1],
  ])('objects are refused with A700, earlier ones stay, and the next is taken when there is room: %s', async (_what, reserveBytes) => {
    const filler = join(home, 'filler');
    const edge = await startTestEdge({ home, reserveBytes });
    writeFileSync(filler, Buffer.alloc(4 * MIB));
    const scu = await connectRaw(edge.port);
    await scu.associate();
    const send = async (): Promise<{ uid: string; status: number | null; comment: string }> => {
      const uid = testUid();
      const { status, errorComment } = await scu.store(makeDataSet({ sopInstanceUid: uid, pixelBytes: MIB }), { sopInstanceUid: uid });
      return { uid, status, comment: errorComment };
    };
    const answers = [];
    for (let i = 0; i < 16; i += 1) answers.push(await send());
    const refused = answers.filter((answer) => answer.status !== 0);
    expect(new Set(refused.map(({ status, comment }) => `${status} ${comment}`))).toEqual(new Set([`${0xa700} Disk full: keep the object and send it again later`]));
    const kept = answers.filter((answer) => answer.status === 0);
    expect(kept.length).toBeGreaterThan(3);
    rmSync(filler);
    const later = await send();
    expect(later.status).toBe(0);
    await scu.release();
    await edge.stop();

    const again = await startTestEdge({ home, reserveBytes });
    expect(again.intake.recovery.damaged).toBe(0);
    expect(again.intake.store.instanceCount()).toBe(kept.length + 1);
    for (const { uid } of [...kept, later]) expect((await again.intake.store.read(uid)).length).toBeGreaterThan(MIB);
    await again.stop();
  });
});

describe('[ED1] when the disk fails to sync', () => {
  let edge: EdgeProcess | null = null;
  afterEach(async () => {
    await edge?.kill('SIGKILL');
    edge = null;
  });

  /** From now on every fdatasync of the process fails with EIO, as on a dying disk. */
  async function failSyncs(pid: number): Promise<void> {
    const strace = spawn('strace', ['-f', '-o', '/dev/null', '-e', 'trace=fdatasync', '-e', 'inject=fdatasync:error=EIO', '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    strace.on('error', () => {
      said = 'no strace';
    });
    strace.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1');
    });
    await until('strace to attach', () => {
      if (said.includes('no strace')) throw new Error('this test needs strace: apt-get install strace');
      return said.includes('attached');
    });
  }

  test('the object is not acknowledged, nor any after it, and the node says so', async () => {
    edge = await startEdgeProcess({ home });
    const { dicomPort, consolePort } = edge;
    const scu = await connectRaw(dicomPort);
    await scu.associate();
    const [first, second, third] = [testUid(), testUid(), testUid()];
    expect((await scu.store(makeDataSet({ sopInstanceUid: first }), { sopInstanceUid: first })).status).toBe(0);
    await failSyncs(edge.child.pid ?? 0);
    for (const uid of [second, third]) {
      const answer = await scu.store(makeDataSet({ sopInstanceUid: uid }), { sopInstanceUid: uid });
      expect(answer).toMatchObject({ status: 0xa700, errorComment: 'Storage stopped after a disk fault: call IT' });
    }
    const health = await fetch(`http://127.0.0.1:${consolePort}/healthz`);
    expect([health.status, await health.json()]).toEqual([503, { status: 'halted' }]);
    expect(edge.log()).toMatch(/"event":"intake.halted".*"code":"(disk-sync|index-write)"/);
    const next = await connectRaw(dicomPort);
    expect(await next.associate()).toMatchObject({ type: 'associate-reject', result: 2 });
    next.socket.destroy();
    await edge.kill('SIGKILL');

    const again = await startTestEdge({ home });
    expect((await again.intake.store.read(first)).length).toBeGreaterThan(0);
    await expect(again.intake.store.read(second)).rejects.toThrow(/does not hold/);
    await again.stop();
  });
});

test('a disk that is taken away stops the acknowledging, and the node with it takes no more associations', async () => {
  const edge = await startTestEdge({ home });
  rmSync(join(home, 'segments'), { recursive: true });
  const scu = await connectRaw(edge.port);
  await scu.associate();
  const uid = testUid();
  expect(await scu.store(makeDataSet({ sopInstanceUid: uid }), { sopInstanceUid: uid })).toMatchObject({ status: 0xa700 });
  await until('the node to halt', () => edge.halts.length > 0);
  expect(edge.halts).toEqual(['disk-write']);
  const next = await connectRaw(edge.port);
  expect(await next.associate()).toMatchObject({ type: 'associate-reject', result: 2, source: 3, reason: 1 });
  next.socket.destroy();
  await scu.release();
  await edge.stop();
});
