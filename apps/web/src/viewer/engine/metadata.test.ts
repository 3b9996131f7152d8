// @vitest-environment jsdom
import { wadors } from '@cornerstonejs/dicom-image-loader';
import { afterEach, expect, test, vi } from 'vitest';
import { json, stubGateway } from '../../testing/fake-gateway.ts';
import { makeSeries } from '../../testing/make.ts';
import { loadSeriesMetadata } from './metadata.ts';
import { picturesOf } from './stack.ts';

afterEach(() => vi.unstubAllGlobals());

const path = 'GET /dicomweb/studies/1.2.3.1/series/1.2.3.1.1/metadata';

test('the series’ metadata is given to the loader under each image’s address', async () => {
  const pictures = picturesOf('1.2.3.1', makeSeries(1), 'http://localhost');
  const dataset = (n: number) => ({ '00080018': { vr: 'UI', Value: [`1.2.3.1.1.${n}`] }, '00280010': { vr: 'US', Value: [512] } });
  stubGateway().rest.set(path, json(200, [dataset(1), dataset(2), { '00280010': { vr: 'US', Value: [1] } }]));
  await loadSeriesMetadata('1.2.3.1', '1.2.3.1.1', pictures, new AbortController().signal);
  expect(wadors.metaDataManager.get(pictures[0]!.imageId)['00280010']?.Value).toEqual([512]);
  expect(wadors.metaDataManager.get(pictures[2]!.imageId)).toBeUndefined();
});

test('metadata that is none, or that the edge can’t give, is a failure that can be told', async () => {
  const world = stubGateway();
  const load = () => loadSeriesMetadata('1.2.3.1', '1.2.3.1.1', [], new AbortController().signal);
  world.rest.set(path, json(200, [{ name: 'no tag' }]));
  await expect(load()).rejects.toThrow(/not DICOM JSON/);
  world.rest.set(path, json(503, { error: { code: 'edge-offline', message: 'The node is offline.' } }));
  await expect(load()).rejects.toMatchObject({ status: 503, code: 'edge-offline' });
});
