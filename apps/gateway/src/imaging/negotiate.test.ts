import { expect, test } from 'vitest';
import { negotiateFrame, negotiateInstance, negotiateMetadata, negotiateRendered, parseAccept, viewportSize } from './negotiate.ts';

test('ranges come by quality, quotes keep their commas and semicolons', () => {
  expect(parseAccept('image/png;q=0.5, multipart/related; type="a/b;c,d"; q=0.9, */*;q=0').map(({ type, parameters }) => [type, parameters.get('type')])).toEqual([
    ['multipart/related', 'a/b;c,d'],
    ['image/png', undefined],
  ]);
  expect(parseAccept(undefined)[0]?.type).toBe('*/*');
});

test.each([
  // What Cornerstone's loader asks for.
  ['multipart/related; type=application/octet-stream; transfer-syntax=*', { multipart: true, encoding: 'stored' }],
  ['multipart/related; type="application/octet-stream"', { multipart: true, encoding: 'explicit-le' }],
  ['multipart/related; type="application/octet-stream"; transfer-syntax=1.2.840.10008.1.2.1', { multipart: true, encoding: 'explicit-le' }],
  ['multipart/related; type="image/jls"', { multipart: true, encoding: 'stored' }],
  ['application/octet-stream', { multipart: false, encoding: 'explicit-le' }],
  ['application/octet-stream; transfer-syntax=*', { multipart: false, encoding: 'stored' }],
  ['image/*', { multipart: false, encoding: 'stored' }],
  [undefined, { multipart: true, encoding: 'stored' }],
] as const)('a frame asked for as %s', (accept, answer) => {
  expect(negotiateFrame(accept)).toEqual(answer);
});

test('pictures are JPEG unless PNG is preferred', () => {
  expect(negotiateRendered('image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8')).toBe('jpeg');
  expect(negotiateRendered('image/png')).toBe('png');
  expect(negotiateRendered(undefined)).toBe('jpeg');
});

test('instances come whole, alone or as a part', () => {
  expect(negotiateInstance('application/dicom')).toEqual({ multipart: false });
  expect(negotiateInstance('multipart/related; type="application/dicom"; transfer-syntax=*')).toEqual({ multipart: true });
});

test('what cannot be given is refused by name', () => {
  const refused = expect.objectContaining({ code: 'not-acceptable' });
  expect(() => negotiateFrame('text/html')).toThrow(refused);
  expect(() => negotiateRendered('video/mp4')).toThrow(refused);
  expect(() => negotiateMetadata('multipart/related; type="application/dicom+xml"')).toThrow(refused);
  expect(() => negotiateInstance('multipart/related; type="image/jpeg"')).toThrow(refused);
  expect(() => negotiateMetadata('application/dicom+json')).not.toThrow();
});

test('a viewport is two whole sizes, and the picture fits within both', () => {
  expect(viewportSize('256,128')).toBe(128);
  expect(viewportSize(undefined)).toBeNull();
  for (const bad of ['256', '0,10', 'a,b', '-5,5']) expect(() => viewportSize(bad), bad).toThrow(expect.objectContaining({ code: 'bad-input' }));
});
