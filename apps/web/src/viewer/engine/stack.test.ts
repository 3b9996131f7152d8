// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { restProblem } from '../../lib/rest.ts';
import { makeSeries } from '../../testing/make.ts';
import { imageProblemOf, problemOfRequest } from './image-problem.ts';
import { firstSeries, hasPictures, indexOfPicture, picturesOf } from './stack.ts';
import { presetsFor, rangeOf, windowOf } from './window-presets.ts';

const multi = makeSeries(1, 2);
const instances = multi.instances.map((instance) => ({ ...instance, frames: 3 }));

test('every frame of every instance is a picture, addressed as WADO-RS asks', () => {
  const pictures = picturesOf('1.2.3', { ...multi, instances }, 'http://x');
  expect(pictures).toHaveLength(6);
  expect(pictures[4]).toEqual({ imageId: 'wadors:http://x/dicomweb/studies/1.2.3/series/1.2.3.1.1/instances/1.2.3.1.1.2/frames/2', sopInstanceUid: '1.2.3.1.1.2', frameNumber: 2, sliceIndex: 1 });
  expect(indexOfPicture(pictures, '1.2.3.1.1.2', 3)).toBe(5);
  expect(indexOfPicture(pictures, '1.2.3.1.1.2', 9)).toBe(3);
  expect(indexOfPicture(pictures, '9.9', 1)).toBe(-1);
});

test('a series without pixels has none to show', () => {
  const report = makeSeries(2, 1, { instances: [{ ...makeSeries(2).instances[0]!, frames: 0, rows: 0 }] });
  expect(hasPictures(report)).toBe(false);
  expect(firstSeries([report], null)).toBeNull();
});

test('the study opens where the worst finding is, else at the first series with pixels', () => {
  const series = [makeSeries(1), makeSeries(2)];
  expect(firstSeries(series, '1.2.3.1.2.1')?.seriesNumber).toBe(2);
  expect(firstSeries(series, null)?.seriesNumber).toBe(1);
});

test('windows in Hounsfield units are offered for CT alone', () => {
  expect(presetsFor('MR')).toEqual([]);
  expect(presetsFor('CT').map((preset) => preset.key)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
  expect(rangeOf(presetsFor('CT')[0]!)).toEqual({ lower: 0, upper: 79 });
  expect(windowOf({ lower: 0, upper: 79 })).toEqual({ center: 40, width: 80 });
});

test('a missing image says what happened, what is safe and what to do', () => {
  const offline = imageProblemOf(restProblem(503, JSON.stringify({ error: { code: 'edge-offline', message: 'x' } })));
  expect(offline.title).toContain('offline');
  expect(offline.text).toContain('report is kept');
  expect(imageProblemOf(restProblem(418, JSON.stringify({ error: { code: 'new-code', message: 'Said by the gateway.' } }))).text).toBe('Said by the gateway.');
  expect(imageProblemOf(restProblem(500, 'not json')).title).toBe('The image could not be shown');
  expect(imageProblemOf(new TypeError('Failed to fetch')).title).toContain('can’t be reached');
});

test('the words of a refused frame are read from the bytes the loader was given', () => {
  expect(problemOfRequest(new Error('other')).title).toBe('The image could not be shown');
  expect(problemOfRequest(new XMLHttpRequest()).title).toContain('can’t be reached');
  // jsdom's own ArrayBuffer, as its XMLHttpRequest gives it; Node's encoder makes another realm's.
  const body = Uint8Array.from(new TextEncoder().encode(JSON.stringify({ error: { code: 'not-at-edge', message: '' } }))).buffer;
  const request = Object.create(XMLHttpRequest.prototype, { status: { value: 409 }, response: { value: body } }) as XMLHttpRequest;
  expect(problemOfRequest(request).title).toContain('no longer holds');
});
