import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { runTool } from '../../testing/dcmtk.ts';
import { sample } from '../../testing/samples.ts';
import { parseFile } from '../decode/frames.ts';
import { dicomJsonOf } from './dicom-json.ts';
import type { DicomJson } from './dicom-json.ts';
import { vrOf } from './dictionary.ts';

const peerSchema = z.record(z.string(), z.object({ vr: z.string(), Value: z.array(z.unknown()).optional(), InlineBinary: z.string().optional() }));
type PeerJson = z.infer<typeof peerSchema>;

/** DCMTK's own writer of the DICOM JSON Model. */
async function peer(path: string): Promise<PeerJson> {
  const { code, output } = await runTool('dcm2json', [sample(path)]);
  expect(code, output.slice(0, 400)).toBe(0);
  // Its warnings share the output with the JSON it writes.
  return peerSchema.parse(JSON.parse(output.slice(output.indexOf('{\n'))));
}

const ours = (path: string): DicomJson => dicomJsonOf(parseFile(readFileSync(sample(path))));

/** Both as text of numbers, so that 1 and 1.0 and "1.0" are one value. */
function normal(value: unknown): unknown {
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value);
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, normal(inner)]));
  return value;
}

const FILES = [
  'ts_ct/CTImage_1.2.840.10008.1.2.dcm',
  'ts_ct/CTImage_1.2.840.10008.1.2.1.dcm',
  'ts_ct/CTImage_1.2.840.10008.1.2.2.dcm',
  'ts_ct/CTImage_1.2.840.10008.1.2.1.99.dcm',
  'ct_series_head_ge/000.dcm',
  'misc/mlut_18.dcm',
  'misc/emri_small.dcm',
  'misc/MR_Explicit_Little_MultiFrame.dcm',
  'misc/vlut_04.dcm',
];

test.each(FILES)('%s reads as DCMTK reads it, attribute by attribute', async (path) => {
  const [mine, theirs] = [ours(path), await peer(path)];
  expect(Object.keys(mine).length).toBeGreaterThan(20);
  for (const [tag, element] of Object.entries(mine)) {
    const other = theirs[tag];
    expect(other, `${tag} of ${path}`).toBeDefined();
    if (element.vr === 'SQ') {
      expect(element.Value?.length ?? 0, `${tag} of ${path}`).toBe(other?.Value?.length ?? 0);
      continue;
    }
    expect(element.vr, `${tag} of ${path}`).toBe(other?.vr);
    if (element.InlineBinary !== undefined) expect(element.InlineBinary, tag).toBe(other?.InlineBinary);
    else expect(normal(element.Value ?? []), `${tag} of ${path}`).toEqual(normal(other?.Value ?? []));
  }
});

test('one image says the same in implicit, explicit, big endian and deflated', () => {
  const base = ours('ts_ct/CTImage_1.2.840.10008.1.2.1.dcm');
  for (const syntax of ['1.2', '1.2.2', '1.2.1.99']) {
    const other = ours(`ts_ct/CTImage_1.2.840.10008.${syntax}.dcm`);
    for (const tag of ['00080060', '00280010', '00280011', '00280100', '00280103', '00281052', '00281053', '00200032', '00200037', '00280030', '00280004']) expect(other[tag], `${tag} in ${syntax}`).toEqual(base[tag]);
  }
});

test('a viewer finds what it needs, and no pixel, private or file meta element', () => {
  const json = ours('ct_series_head_ge/000.dcm');
  expect(json['00280010']).toEqual({ vr: 'US', Value: [512] });
  expect(json['00280103']).toEqual({ vr: 'US', Value: [1] });
  expect(Object.keys(json).filter((tag) => tag.startsWith('7FE0') || tag.startsWith('0002') || Number.parseInt(tag.slice(3, 4), 16) % 2 === 1)).toEqual([]);
});

test('palettes come along, little endian, for the viewer that colours by them', () => {
  const json = ours('edge/examples_palette.dcm');
  const [entries = 0] = (json['00281101']?.Value ?? []) as number[];
  expect(Buffer.from(json['00281201']?.InlineBinary ?? '', 'base64').length).toBe((entries === 0 ? 65_536 : entries) * 2);
});

describe('text is Unicode whatever the object wrote it in', () => {
  test.each([
    ['chrFren.dcm', { Alphabetic: 'Buc^Jérôme' }],
    ['chrGerm.dcm', { Alphabetic: 'Äneas^Rüdiger' }],
    ['chrGreek.dcm', { Alphabetic: 'Διονυσιος' }],
    ['chrArab.dcm', { Alphabetic: 'قباني^لنزار' }],
    ['chrH31.dcm', { Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' }],
    ['chrI2.dcm', { Alphabetic: 'Hong^Gildong', Ideographic: '洪^吉洞', Phonetic: '홍^길동' }],
  ])('%s', (file, name) => {
    expect(ours(`edge/charset/${file}`)['00100010']).toEqual({ vr: 'PN', Value: [name] });
  });
});

test('the dictionary for implicit VR says what DCMTK says', async () => {
  const theirs = await peer('ts_ct/CTImage_1.2.840.10008.1.2.1.dcm');
  const known = Object.entries(theirs).filter(([tag]) => vrOf(Number.parseInt(tag, 16)) !== null);
  expect(known.length).toBeGreaterThan(40);
  for (const [tag, { vr }] of known) expect([vr, 'XS'], tag).toContain(vrOf(Number.parseInt(tag, 16)));
});
