import { afterEach, expect, test } from 'vitest';
import { connectRaw, storeCommand } from '../../testing/raw-scu.ts';
import { testUid } from '../../testing/dicom-object.ts';
import { startTestEdge } from '../../testing/test-edge.ts';
import type { TestEdge, TestEdgeOptions } from '../../testing/test-edge.ts';
import { until } from '../../testing/until.ts';

let edge: TestEdge;

afterEach(() => edge.remove());

async function start(options: TestEdgeOptions): Promise<void> {
  edge = await startTestEdge(options);
}

test('a connection that asks for nothing is closed when ARTIM expires', async () => {
  await start({ limits: { artimMs: 50 } });
  const scu = await connectRaw(edge.port);
  await until('the connection’s end', () => scu.closed());
});

test('an association that falls silent is aborted', async () => {
  await start({ limits: { idleMs: 100 } });
  const scu = await connectRaw(edge.port);
  await scu.associate();
  scu.send(storeCommand(testUid()));
  await until('an abort', () => scu.control.some((pdu) => pdu.type === 'abort'));
  scu.socket.destroy();
  await until('the association’s end', () => edge.ends.length > 0);
  expect(edge.ends).toEqual([expect.stringMatching(/nothing was heard/)]);
});

test('an association that never ends is ended', async () => {
  await start({ limits: { totalMs: 100 } });
  const scu = await connectRaw(edge.port);
  await scu.associate();
  await until('an abort', () => scu.control.some((pdu) => pdu.type === 'abort'));
  scu.socket.destroy();
});

test('a peer that does not close after our last word is closed on', async () => {
  await start({ limits: { artimMs: 50 } });
  const scu = await connectRaw(edge.port);
  expect(await scu.associate({ calledAeTitle: 'NOBODY' })).toEqual({ type: 'associate-reject', result: 1, source: 1, reason: 7 });
  await until('the connection’s end', () => scu.closed());
});

test('one association more than the limit is refused for now, and taken when another ended', async () => {
  await start({ maxAssociations: 2 });
  const first = await connectRaw(edge.port);
  const second = await connectRaw(edge.port);
  await first.associate();
  await second.associate();
  const third = await connectRaw(edge.port);
  expect(await third.associate()).toEqual({ type: 'associate-reject', result: 2, source: 3, reason: 2 });
  third.socket.end();
  await first.release();
  await until('a free place', () => edge.scp.openAssociations() === 1);
  const fourth = await connectRaw(edge.port);
  expect(await fourth.associate()).toMatchObject({ type: 'associate-accept' });
  await fourth.release();
  await second.release();
});

test('stopping ends open associations', async () => {
  await start({});
  const scu = await connectRaw(edge.port);
  await scu.associate();
  await edge.scp.stop();
  await until('the connection’s end', () => scu.closed());
  expect(edge.ends).toEqual(['the node is stopping']);
});
