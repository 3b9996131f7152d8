import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FINDING, analysed, received, snapshotIn, studyUidIn } from './testing/bodies.ts';
import { makeTestKeys as keysOf } from '../testing/test-keys.ts';
import { testSeed } from '../../../../tools/services/test-seed.ts';
import { openOutbox, type Outbox } from './outbox.ts';

let folder: string;
let now: number;
const open: Outbox[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outbox-'));
  now = 10_000;
});
afterEach(async () => {
  for (const outbox of open.splice(0)) await outbox.close();
  rmSync(folder, { recursive: true });
});

function openHere(limit?: number): Outbox {
  const outbox = openOutbox({ file: join(folder, 'outbox.db'), clock: () => now, makeId: randomUUID, keys: keysOf(folder), ...(limit ? { limit } : {}) });
  open.push(outbox);
  return outbox;
}

const uids = (outbox: Outbox): string[] => outbox.claim(1_000).map((message) => studyUidIn(message.body));

describe('the queue', () => {
  test('hands out in order, keeps what is not settled, forgets what is', async () => {
    const outbox = openHere();
    await outbox.put(received('1.1'));
    now += 5;
    await outbox.put(analysed('1.1'), '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
    const [first, second] = outbox.claim(10);
    expect([first?.body.type, second?.body.type]).toEqual(['study-received', 'study-analysed']);
    expect(second?.traceparent).toBe('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
    expect(first!.seq).toBeLessThan(second!.seq);
    expect(outbox.claim(10)).toEqual([]);
    expect([outbox.depth(), outbox.oldest()]).toEqual([2, 10_000]);

    await outbox.settle([{ id: first!.id, outcome: 'applied', code: null }]);
    outbox.release([second!.id]);
    expect(outbox.claim(10)).toEqual([second]);
    expect([outbox.depth(), outbox.oldest()]).toEqual([1, 10_005]);
    await outbox.settle([{ id: second!.id, outcome: 'duplicate', code: null }]);
    expect([outbox.depth(), outbox.oldest()]).toEqual([0, null]);
  });

  test('what was in flight waits again after a reopening, under the same epoch', async () => {
    const before = openHere();
    await before.put(received('1.1'));
    const [sent] = before.claim(1);
    await before.close();
    const after = openHere();
    expect(after.nodeEpoch).toBe(before.nodeEpoch);
    expect(after.claim(1)).toEqual([sent]);
  });

  test('a batch stays within its bytes, yet never stalls on one large message', async () => {
    const outbox = openHere();
    for (const uid of ['1.1', '1.2', '1.3']) await outbox.put(received(uid));
    expect(outbox.claim(10, 1)).toHaveLength(1);
    expect(outbox.claim(10, 1_000_000)).toHaveLength(2);
  });

  test('a listener hears of puts and releases until it leaves', async () => {
    const outbox = openHere();
    let heard = 0;
    const leave = outbox.onWaiting(() => (heard += 1));
    await outbox.put(received('1.1'));
    outbox.release(outbox.claim(1).map((message) => message.id));
    leave();
    await outbox.put(received('1.2'));
    expect(heard).toBe(2);
  });
});

describe('urgency', () => {
  const critical = { findings: [{ ...FINDING, severity: 'critical' as const }] };

  test('a critical finding is told of before a backlog, then what is STAT or emergency, then the rest in the order said', async () => {
    const outbox = openHere();
    for (let n = 0; n < 20; n += 1) await outbox.put(received(`1.${n}`));
    await outbox.put(received('2.1', { studyClass: 'emergency' }));
    await outbox.put(received('2.2', { studyClass: 'stat' }));
    await outbox.put(received('3.1'));
    await outbox.put(analysed('3.1', critical));
    await outbox.put(analysed('4.1', { ...critical, role: 'shadow' }));
    expect(outbox.claim(4).map(({ body }) => [body.type, studyUidIn(body)])).toEqual([
      ['study-analysed', '3.1'],
      ['study-received', '2.1'],
      ['study-received', '2.2'],
      ['study-received', '1.0'],
    ]);
    expect(uids(outbox).slice(-2)).toEqual(['3.1', '4.1']);
  });

  test('a message that becomes urgent while it waits moves up', async () => {
    const outbox = openHere();
    await outbox.put(received('1.1'));
    await outbox.put(analysed('1.2'));
    await outbox.put(analysed('1.2', critical));
    expect(uids(outbox)).toEqual(['1.2', '1.1']);
  });

  test('an outbox written before there was urgency keeps what waits in it', async () => {
    const before = openHere();
    await before.put(received('1.1'));
    await before.close();
    const db = new DatabaseSync(join(folder, 'outbox.db'));
    db.exec('DROP INDEX outbox_order; ALTER TABLE outbox DROP COLUMN urgency; CREATE INDEX outbox_waiting ON outbox (position) WHERE parked_at IS NULL');
    db.close();
    const after = openHere();
    await after.put(analysed('1.2', critical));
    expect(uids(after)).toEqual(['1.2', '1.1']);
  });
});

describe('identity', () => {
  test('a newer unsent snapshot takes the place of the older one, under a new id and seq', async () => {
    const outbox = openHere();
    await outbox.put(received('1.1', { state: 'receiving' }));
    await outbox.put(received('1.2'));
    await outbox.put(received('1.1', { state: 'complete' }));
    const messages = outbox.claim(10);
    expect(messages.map(({ body }) => snapshotIn(body))).toMatchObject([
      { studyUid: '1.1', state: 'complete' },
      { studyUid: '1.2', state: 'complete' },
    ]);
    expect(messages[0]!.seq).toBeGreaterThan(messages[1]!.seq);
  });

  test('the replacement of a message that was sent in an earlier life is a new message, never taken for the applied one', async () => {
    const before = openHere();
    await before.put(received('1.1', { state: 'receiving' }));
    const [sent] = before.claim(1);
    await before.close();
    const after = openHere();
    await after.put(received('1.1', { state: 'complete' }));
    const [next] = after.claim(1);
    expect(next!.id).not.toBe(sent!.id);
    await after.settle([{ id: sent!.id, outcome: 'duplicate', code: null }]);
    expect(after.depth()).toBe(1);
  });

  test('what is in flight is not touched: the newer snapshot queues behind it', async () => {
    const outbox = openHere();
    await outbox.put(received('1.1', { state: 'receiving' }));
    const [sent] = outbox.claim(1);
    await outbox.put(received('1.1', { state: 'complete' }));
    await outbox.settle([{ id: sent!.id, outcome: 'applied', code: null }]);
    expect(outbox.claim(1)).toMatchObject([{ body: { study: { state: 'complete' } } }]);
  });

  test('the same words twice are one message; another model or other evidence is another', async () => {
    const outbox = openHere();
    for (const body of [analysed('1.1'), analysed('1.1'), analysed('1.1', { evidence: 'f'.repeat(64) })]) await outbox.put(body);
    await outbox.put(analysed('1.1', { model: { id: 'head_ct', version: '1.0.0', sha256: 'a'.repeat(64) } }));
    expect(outbox.claim(10)).toHaveLength(3);
  });

  test('whatever is put, claimed and settled, the last word about every study is told and nothing twice', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('put' as const), study: fc.integer({ min: 1, max: 4 }), at: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ kind: fc.constantFrom('deliver', 'fail'), count: fc.integer({ min: 1, max: 3 }) }),
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const outbox = openOutbox({ file: join(folder, `p${(run += 1)}.db`), clock: () => now, makeId: randomUUID, keys: keysOf(folder) });
        const said = new Map<string, number>();
        const told = new Map<string, { seq: number; at: number }>();
        const seen = new Set<string>();
        const deliver = async (count: number): Promise<void> => {
          const messages = outbox.claim(count);
          for (const message of messages) {
            expect(seen.has(message.id)).toBe(false);
            seen.add(message.id);
            const { studyUid, lastInstanceAt } = snapshotIn(message.body);
            if (message.seq > (told.get(studyUid)?.seq ?? 0)) told.set(studyUid, { seq: message.seq, at: lastInstanceAt });
          }
          await outbox.settle(messages.map(({ id }) => ({ id, outcome: 'applied' as const, code: null })));
        };
        for (const it of steps) {
          if (it.kind === 'put') {
            await outbox.put(received(`1.${it.study}`, { lastInstanceAt: it.at }));
            said.set(`1.${it.study}`, it.at);
          } else if (it.kind === 'deliver') await deliver(it.count);
          else outbox.release(outbox.claim(it.count).map(({ id }) => id));
        }
        while (outbox.depth() > 0) await deliver(3);
        expect(new Map([...told].map(([uid, { at }]) => [uid, at]))).toEqual(said);
        await outbox.close();
      }),
      { numRuns: 40 },
    );
  });
});

describe('bad days', () => {
  test('a refused message is parked, visible, out of the way, and dropped only on request', async () => {
    const outbox = openHere();
    await outbox.put(received('1.1'));
    await outbox.put(received('1.2'));
    const [refused] = outbox.claim(1);
    now = 20_000;
    await outbox.settle([{ id: refused!.id, outcome: 'refused', code: 'message-invalid' }]);
    expect(outbox.parked()).toEqual([
      { id: refused!.id, identity: '["study-received","1.1"]', queuedAt: 10_000, parkedAt: 20_000, code: 'message-invalid' },
    ]);
    expect([outbox.depth(), uids(outbox)]).toEqual([1, ['1.2']]);
    await outbox.dropParked(refused!.id);
    expect(outbox.parked()).toEqual([]);
  });

  test('a full outbox refuses by name and keeps what it holds; a replacement still fits', async () => {
    const outbox = openHere(2);
    await outbox.put(received('1.1'));
    await outbox.put(received('1.2'));
    await expect(outbox.put(received('1.3'))).rejects.toMatchObject({ code: 'outbox-full', class: 'transient' });
    await outbox.put(received('1.2', { state: 'receiving' }));
    expect(uids(outbox)).toEqual(['1.1', '1.2']);
  });

  test('a damaged row is parked and the rest goes on', async () => {
    const outbox = openHere();
    await outbox.put(received('1.1'));
    await outbox.put(received('1.2'));
    const db = new DatabaseSync(join(folder, 'outbox.db'));
    db.exec("UPDATE outbox SET body = '{' WHERE position = 1");
    db.close();
    expect(uids(outbox)).toEqual(['1.2']);
    expect(outbox.parked()).toMatchObject([{ code: 'unreadable' }]);
  });

  test('a file that is no outbox is refused by name', () => {
    writeFileSync(join(folder, 'outbox.db'), 'x'.repeat(5_000));
    expect(() => openHere()).toThrow(expect.objectContaining({ code: 'outbox-open-failed' }));
  });

  test('a write that fails rejects everyone who shared it', async () => {
    const outbox = openHere();
    const db = new DatabaseSync(join(folder, 'outbox.db'));
    db.exec('DROP TABLE outbox');
    db.close();
    const results = await Promise.allSettled([outbox.put(received('1.1')), outbox.put(received('1.2'))]);
    expect(results).toMatchObject([
      { status: 'rejected', reason: { code: 'outbox-failed', class: 'transient' } },
      { status: 'rejected', reason: { code: 'outbox-failed', class: 'transient' } },
    ]);
  });
});

const SEEDS = [11, 23, testSeed()];

test.each(SEEDS)('[ED1] kill -9 loses no message whose put resolved (READROOM_SEED=%i)', async (seed) => {
  const file = join(folder, 'outbox.db');
  let acknowledged = 0;
  for (let life = 0; life < 3; life += 1) {
    const target = acknowledged + 10 + ((seed * (life + 7)) % 60);
    acknowledged = await putUntilKilled(file, acknowledged, target);
  }
  const outbox = openHere();
  const held = new Set(uids(outbox));
  for (let n = 0; n < acknowledged; n += 1) expect(held.has(`1.2.${n}`), `study ${n} of ${acknowledged}, seed ${seed}`).toBe(true);
});

/** Runs the child from number `start` and kills it the moment it printed `target`; answers how many it acknowledged from the beginning on. */
function putUntilKilled(file: string, start: number, target: number): Promise<number> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('testing/put-forever.ts', import.meta.url)), file, String(start)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const printed = new Set<number>();
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) printed.add(Number(line));
    if (printed.has(target)) child.kill('SIGKILL');
  });
  return new Promise((resolve) => {
    child.on('close', () => {
      let next = start;
      while (printed.has(next)) next += 1;
      resolve(next);
    });
  });
}
