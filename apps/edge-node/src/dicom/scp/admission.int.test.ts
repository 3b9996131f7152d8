import { afterEach, expect, test } from 'vitest';
import type { AllowPolicy } from '../admission/allow-list.ts';
import { readEnv } from '../../env.ts';
import { runTool } from '../../testing/dcmtk.ts';
import type { ToolResult } from '../../testing/dcmtk.ts';
import { fromAddress } from '../../testing/from-address.ts';
import { connectRaw } from '../../testing/raw-scu.ts';
import { sample } from '../../testing/samples.ts';
import { startTestEdge } from '../../testing/test-edge.ts';
import type { TestEdge, TestEdgeOptions } from '../../testing/test-edge.ts';
import { until } from '../../testing/until.ts';

let edge: TestEdge;

afterEach(() => edge.remove());

/** The policy as hospital IT writes it, read by the node's own reader of settings. */
function allow(calling: string, addresses = ''): AllowPolicy {
  return readEnv({
    READROOM_GATEWAY_URL: 'https://readroom.example',
    READROOM_NODE_KEY_FILE: 'key',
    READROOM_EDGE_HOME: 'home',
    READROOM_MODELS_DIR: 'models',
    READROOM_ALLOWED_CALLING: calling,
    READROOM_ALLOWED_ADDRESSES: addresses,
  }).allow;
}

async function start(options: TestEdgeOptions): Promise<void> {
  edge = await startTestEdge(options);
}

interface Caller {
  readonly from?: string;
  readonly called?: string;
}

/** A DCMTK program that calls from one of this machine's addresses. */
async function call(tool: 'echoscu' | 'storescu', aeTitle: string, { from = '127.0.0.1', called = 'READROOM' }: Caller = {}, files: readonly string[] = []): Promise<ToolResult> {
  const way = await fromAddress(from, edge.port);
  const result = await runTool(tool, ['-v', '-aet', aeTitle, '-aec', called, '127.0.0.1', String(way.port), ...files]);
  way.close();
  return result;
}

const IMAGE = sample('ts_ct/CTImage_1.2.840.10008.1.2.1.dcm');
const WELL = { code: 0 };
const NO_REASON = { code: 1, output: expect.stringMatching(/Rejected Permanent, Source: Service User[\s\S]*No Reason/) };
const UNKNOWN_CALLER = { code: 1, output: expect.stringMatching(/Rejected Permanent, Source: Service User[\s\S]*Calling AE Title Not Recognized/) };
const UNKNOWN_CALLED = { code: 1, output: expect.stringMatching(/Rejected Permanent, Source: Service User[\s\S]*Called AE Title Not Recognized/) };

test('[ED7] an AE title that is not named is refused as not recognised, and one that is sends', async () => {
  await start({ allow: allow('CT1,MY PACS') });
  expect(await call('echoscu', 'CT1')).toMatchObject(WELL);
  expect(await call('echoscu', 'MY PACS')).toMatchObject(WELL);
  expect(await call('echoscu', 'CT2')).toMatchObject(UNKNOWN_CALLER);
  expect(edge.refusals).toEqual(['the calling AE title CT2 is not allowed. If it is one of yours, add it to READROOM_ALLOWED_CALLING, or correct it at the sender.']);
  expect(await call('storescu', 'CT2', {}, [IMAGE])).toMatchObject(UNKNOWN_CALLER);
  expect(edge.intake.store.instanceCount()).toBe(0);
  expect(await call('storescu', 'CT1', {}, [IMAGE])).toMatchObject(WELL);
  expect(edge.intake.store.instanceCount()).toBe(1);
});

test('[ED7] an address that is not named is refused before its AE title and the called one are looked at', async () => {
  await start({ host: '::', allow: allow('CT1', '127.0.0.2,::1') });
  expect(await call('echoscu', 'NOBODY', { called: 'WRONG' })).toMatchObject(NO_REASON);
  expect(edge.refusals).toEqual(['no association is taken from the address 127.0.0.1. If it is one of yours, add it to READROOM_ALLOWED_ADDRESSES.']);
  expect(await call('storescu', 'CT1', {}, [IMAGE])).toMatchObject(NO_REASON);
  expect(await call('echoscu', 'NOBODY', { from: '127.0.0.2' })).toMatchObject(UNKNOWN_CALLER);
  expect(await call('echoscu', 'NOBODY', { from: '::1' })).toMatchObject(UNKNOWN_CALLER);
  expect(await call('storescu', 'CT1', { from: '127.0.0.2' }, [IMAGE])).toMatchObject(WELL);
  expect(await call('storescu', 'CT1', { from: '::1' }, [IMAGE])).toMatchObject(WELL);
});

test('an AE title bound to a network is refused from another, and IT is told which', async () => {
  await start({ host: '::', allow: allow('PACS@127.0.0.2,PACS@::1') });
  expect(await call('echoscu', 'PACS', { from: '127.0.0.2' })).toMatchObject(WELL);
  expect(await call('echoscu', 'PACS', { from: '::1' })).toMatchObject(WELL);
  expect(await call('echoscu', 'PACS')).toMatchObject(UNKNOWN_CALLER);
  expect(edge.refusals).toEqual([expect.stringMatching(/^PACS may not call from 127\.0\.0\.1\. If the machine moved/)]);
});

test('a called AE title that is not ours is refused when the caller is allowed', async () => {
  await start({ allow: allow('CT1', '127.0.0.0/8') });
  expect(await call('echoscu', 'CT1', { called: 'PACS' })).toMatchObject(UNKNOWN_CALLED);
});

test('a refused peer that stays counts against the limit of associations', async () => {
  await start({ maxAssociations: 1, allow: allow('RAW') });
  const stranger = await connectRaw(edge.port);
  expect(await stranger.associate({ calledAeTitle: 'PACS' })).toEqual({ type: 'associate-reject', result: 1, source: 1, reason: 7 });
  const second = await connectRaw(edge.port);
  expect(await second.associate()).toEqual({ type: 'associate-reject', result: 2, source: 3, reason: 2 });
  stranger.socket.destroy();
  second.socket.destroy();
  await until('a free place', () => edge.scp.openAssociations() === 0);
  const third = await connectRaw(edge.port);
  expect(await third.associate()).toMatchObject({ type: 'associate-accept' });
  await third.release();
});
