import { afterEach, expect, test } from 'vitest';
import { sharedFile, sharedFolder } from '../../testing/shared-files.ts';
import { DecodeError } from './frame.ts';
import { createDecodePool } from './pool.ts';
import type { DecodePool } from './pool.ts';

const chest = (): Uint8Array => sharedFile('samples/chest/RG1_J2KI.dcm');
const slice = (): Uint8Array => sharedFile('samples/ts_ct/CTImage_1.2.840.10008.1.2.1.dcm');
const pools: DecodePool[] = [];

async function started(options: Partial<Parameters<typeof createDecodePool>[0]> = {}): Promise<DecodePool> {
  const pool = createDecodePool({ threads: 1, maxQueued: 8, timeoutMs: 60_000, ...options });
  pools.push(pool);
  await pool.start();
  return pool;
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.stop()));
});

test('decodes in a thread', async () => {
  const pool = await started();
  const frame = await pool.decode(slice(), 0);
  expect(frame).toMatchObject({ rows: 512, columns: 512, photometricInterpretation: 'MONOCHROME2' });
  expect(frame.pixels).toBeInstanceOf(Int16Array);
});

test('a frame that takes too long fails by itself; the next one is decoded by a fresh thread', async () => {
  const pool = await started({ timeoutMs: 1 });
  await expect(pool.decode(chest(), 0)).rejects.toMatchObject({ code: 'timeout' });
  const patient = await started();
  await expect(patient.decode(slice(), 0)).resolves.toMatchObject({ rows: 512 });
});

test('a bad object fails alone', async () => {
  const pool = await started();
  const [bad, good] = await Promise.allSettled([pool.decode(new Uint8Array(300), 0), pool.decode(slice(), 0)]);
  expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'not-dicom' } });
  expect(good.status).toBe('fulfilled');
});

test('scrambled frames of every codec end as pixels, a refusal or a time-out, and the pool goes on', async () => {
  // Some codecs take half a minute to give up on a stream that makes no sense: the time-out is what ends them.
  const pool = await started({ threads: 2, maxQueued: 32, timeoutMs: 1500 });
  const spoilt = sharedFolder('samples/ts_ct').map((path) => sharedFile(path).map((byte, i) => (i > 4000 && i % 97 === 13 ? byte ^ 0x5a : byte)));
  const answers = await Promise.allSettled(spoilt.map((file) => pool.decode(file, 0)));
  for (const answer of answers) if (answer.status === 'rejected') expect(answer.reason).toBeInstanceOf(DecodeError);
  await expect((await started()).decode(slice(), 0)).resolves.toMatchObject({ rows: 512 });
}, 60_000);

test('the queue has a limit', async () => {
  const pool = await started({ maxQueued: 1 });
  const answers = await Promise.allSettled([pool.decode(slice(), 0), pool.decode(slice(), 0), pool.decode(slice(), 0)]);
  expect(answers.map((answer) => (answer.status === 'rejected' ? (answer.reason as { code: string }).code : 'decoded'))).toEqual(['decoded', 'decoded', 'queue-full']);
});

test('what waits when it stops is told so', async () => {
  const pool = await started();
  const answers = Promise.allSettled([pool.decode(slice(), 0), pool.decode(slice(), 0)]);
  await pool.stop();
  expect((await answers).map((answer) => answer.status === 'rejected' && (answer.reason as { code: string }).code)).toEqual(['stopped', 'stopped']);
  await expect(pool.decode(slice(), 0)).rejects.toMatchObject({ code: 'stopped' });
});

test('renders for a browser', async () => {
  const pool = await started();
  const image = await pool.render(slice(), { frameIndex: 0, format: 'jpeg', maxSize: 128 });
  expect(image).toMatchObject({ contentType: 'image/jpeg', width: 128, height: 128 });
  expect([...image.bytes.subarray(0, 2)]).toEqual([0xff, 0xd8]);
});
