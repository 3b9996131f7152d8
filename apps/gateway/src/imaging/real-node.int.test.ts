import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { instanceSchema } from '@readroom/shared/study/study';
import { startTestGateway } from '../testing/test-gateway.ts';
import type { TestGateway } from '../testing/test-gateway.ts';
import { sample, startRealNode } from './testing/real-node.ts';
import type { RealNode } from './testing/real-node.ts';

/** From C-STORE to the browser's bytes, through a real edge node. */
const SLICES = ['ct_series_head_ge/000.dcm', 'ct_series_head_ge/001.dcm', 'ct_series_head_ge/002.dcm'];
const COMPRESSED = ['chest/RG1_JLSN.dcm', 'chest/rsna_cxr_pa.dcm', 'ts_ct/CTImage_1.2.840.10008.1.2.4.51.dcm'];

let gateway: TestGateway;
let node: RealNode;
let cookie: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  node = await startRealNode(gateway.url, gateway.nodeKey);
  cookie = (await gateway.signIn('attending')).cookie;
  await node.send([...SLICES, ...COMPRESSED].map(sample));
  const { client } = await gateway.deps.hospital(gateway.organisation);
  const stored = async (): Promise<number> => (await client.study.findMany()).reduce((sum, study) => sum + study.imageCount, 0);
  await vi.waitFor(async () => expect(await stored()).toBe(SLICES.length + COMPRESSED.length), { timeout: 60_000, interval: 100 });
}, 180_000);
afterAll(async () => {
  await node.stop();
  await gateway.stop();
});

interface Place {
  readonly series: string;
  readonly instance: string;
  readonly count: number;
}

/** Where the image of a transfer syntax is found, by what the gateway itself knows. */
async function placeOf(transferSyntaxUid: string): Promise<Place> {
  const { client } = await gateway.deps.hospital(gateway.organisation);
  for (const { seriesUid, instances, study } of await client.series.findMany({ include: { study: true } })) {
    const known = z.array(instanceSchema).parse(instances);
    const found = known.find((instance) => instance.transferSyntaxUid === transferSyntaxUid);
    const series = `/dicomweb/studies/${study.studyUid}/series/${seriesUid}`;
    if (found) return { series, instance: `${series}/instances/${found.sopInstanceUid}`, count: known.length };
  }
  throw new Error(`no image in ${transferSyntaxUid} arrived`);
}

const get = (path: string, accept: string): Promise<Response> => fetch(gateway.url + path, { headers: { cookie, accept } });
const bytes = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

test('a native frame is the very bytes of the file that was sent', async () => {
  const { instance } = await placeOf('1.2.840.10008.1.2.1');
  const response = await get(`${instance}/frames/1`, 'application/octet-stream');
  expect(response.status).toBe(200);
  const pixels = await bytes(response);
  expect(pixels.length).toBe(512 * 512 * 2);
  expect(SLICES.some((path) => readFileSync(sample(path)).includes(pixels))).toBe(true);
});

test('a compressed frame comes as it is stored, in the part the image loader asks for', async () => {
  for (const [syntax, mediaType, file] of [['1.2.840.10008.1.2.4.81', 'image/jls', COMPRESSED[0]], ['1.2.840.10008.1.2.4.50', 'image/jpeg', COMPRESSED[1]]] as const) {
    const { instance } = await placeOf(syntax);
    const response = await get(`${instance}/frames/1`, 'multipart/related; type=application/octet-stream; transfer-syntax=*');
    const whole = await bytes(response);
    const head = whole.subarray(0, whole.indexOf('\r\n\r\n')).toString('latin1');
    expect(head).toContain(`Content-Type: ${mediaType}; transfer-syntax=${syntax}`);
    // A frame may be in several fragments: its beginning is in one piece.
    const start = whole.indexOf('\r\n\r\n') + 4;
    expect(readFileSync(sample(file!)).includes(whole.subarray(start, start + 1_000))).toBe(true);
  }
});

test('a compressed chest is decoded at the edge where the browser wants it uncompressed', async () => {
  const { instance } = await placeOf('1.2.840.10008.1.2.4.81');
  const pixels = await bytes(await get(`${instance}/frames/1`, 'application/octet-stream'));
  expect(pixels.length).toBe(1955 * 1841 * 2);
});

test('the series describes every slice', async () => {
  const { series, count } = await placeOf('1.2.840.10008.1.2.1');
  const response = await get(`${series}/metadata`, 'application/dicom+json');
  expect(response.headers.get('content-type')).toBe('application/dicom+json');
  const datasets = z.array(z.record(z.string(), z.looseObject({ vr: z.string() }))).parse(await response.json());
  expect(datasets).toHaveLength(count);
  for (const dataset of datasets) expect(dataset['00280010']).toEqual({ vr: 'US', Value: [512] });
});

test('pictures and the whole instance', async () => {
  const { series, instance } = await placeOf('1.2.840.10008.1.2.1');
  for (const path of [`${instance}/rendered?viewport=128,128`, `${instance}/frames/1/rendered`, `${series}/thumbnail`]) {
    const picture = await bytes(await get(path, 'image/jpeg'));
    expect(picture.subarray(0, 3).toString('hex'), path).toBe('ffd8ff');
  }
  const whole = await bytes(await get(instance, 'application/dicom'));
  expect(whole.subarray(128, 132).toString('latin1')).toBe('DICM');
});

test('12-bit JPEG is refused with the way out', async () => {
  const { instance } = await placeOf('1.2.840.10008.1.2.4.51');
  const response = await get(`${instance}/frames/1`, 'multipart/related; type=application/octet-stream; transfer-syntax=*');
  expect(response.status).toBe(406);
  expect(await response.json()).toMatchObject({ error: { code: 'unsupported-image', message: expect.stringContaining('1.2.840.10008.1.2.4.51') } });
});

test('fifty frames at once all arrive', async () => {
  const { instance } = await placeOf('1.2.840.10008.1.2.1');
  const sizes = await Promise.all(Array.from({ length: 50 }, async () => (await bytes(await get(`${instance}/frames/1`, 'application/octet-stream'))).length));
  expect(new Set(sizes)).toEqual(new Set([512 * 512 * 2]));
});
