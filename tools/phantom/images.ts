import { chestRadiograph } from './anatomy/chest.ts';
import { addHeadRest, createHead, ctSlice, mrSlice } from './anatomy/head.ts';
import type { HeadModel } from './anatomy/head.ts';
import { blur, createNoise, doubled, fractal } from './anatomy/noise.ts';
import { ultrasoundImage } from './anatomy/ultrasound.ts';
import type { Anatomy } from './cases.ts';
import { imageAttributes, pixelAttributes, planeAttributes, windowAttributes } from './dicom/modules.ts';
import type { InstanceFacts, PixelFacts, SeriesFacts } from './dicom/modules.ts';
import type { Attribute } from './dicom/writer.ts';
import { createRandom, uidFrom } from './random.ts';
import type { Random } from './random.ts';

/** One picture of a study: its SOP class and everything that is not the patient's or the study's. */
export type Picture = { readonly instance: InstanceFacts; readonly attributes: readonly Attribute[] };

const CR_STORAGE = '1.2.840.10008.5.1.4.1.1.1';
const CT_STORAGE = '1.2.840.10008.5.1.4.1.1.2';
const MR_STORAGE = '1.2.840.10008.5.1.4.1.1.4';
const US_STORAGE = '1.2.840.10008.5.1.4.1.1.6.1';
const CHEST_SIZE = 1024;
const HEAD_GRID = 256;
const HEAD_SPACING_MM = 0.9;
const LOWEST_SLICE_MM = -28;

export function modalityOf(anatomy: Anatomy): string {
  switch (anatomy.kind) {
    case 'chest': return 'CR';
    case 'head-ct': return 'CT';
    case 'head-mr': return 'MR';
    case 'ultrasound': return 'US';
    default: return anatomy satisfies never;
  }
}

/** Makes a study's pictures one by one, so that a whole series is never in memory. */
export function* picturesOf(anatomy: Anatomy, seed: string, at: Date): Generator<Picture> {
  const random = createRandom(seed);
  const seriesUid = uidFrom(seed, 'series');
  const facts = (sopClassUid: string, number: number): InstanceFacts => ({ sopClassUid, sopInstanceUid: uidFrom(seed, `instance ${number}`), number });
  const where = { seed, seriesUid, at };
  switch (anatomy.kind) {
    case 'chest':
      yield chestPicture(anatomy, random, facts(CR_STORAGE, 1), seriesUid, at);
      break;
    case 'head-ct':
      yield* ctPictures(anatomy, random, (number) => facts(CT_STORAGE, number), where);
      break;
    case 'head-mr':
      yield* mrPictures(anatomy, random, (number) => facts(MR_STORAGE, number), where);
      break;
    case 'ultrasound':
      yield* ultrasoundPictures(anatomy, random, (number) => facts(US_STORAGE, number), seriesUid, at);
      break;
    default:
      anatomy satisfies never;
  }
}

function chestPicture(anatomy: Extract<Anatomy, { kind: 'chest' }>, random: Random, instance: InstanceFacts, seriesUid: string, at: Date): Picture {
  const values = chestRadiograph(random, { ...anatomy, size: CHEST_SIZE });
  const pixels = words(CHEST_SIZE, CHEST_SIZE, quantised(values, new Uint16Array(values.length), 4095, 0, 4095), 12, false);
  const series: SeriesFacts = { seriesUid, number: 1, description: 'Chest', modality: 'CR', bodyPart: 'CHEST' };
  return {
    instance,
    attributes: [
      ...imageAttributes(series, instance, at, 'ORIGINAL\\PRIMARY'), ...pixelAttributes(pixels), ...windowAttributes(2048, 4096),
      { tag: '00185101', vr: 'CS', value: 'PA' }, { tag: '00181164', vr: 'DS', value: '0.35\\0.35' },
      { tag: '00200020', vr: 'CS', value: 'L\\F' }, { tag: '00280301', vr: 'CS', value: 'NO' },
    ],
  };
}

type Where = { readonly seed: string; readonly seriesUid: string; readonly at: Date };

function* ctPictures(anatomy: Extract<Anatomy, { kind: 'head-ct' }>, random: Random, facts: (number: number) => InstanceFacts, { seed, seriesUid, at }: Where): Generator<Picture> {
  const head = createHead(random, anatomy.bleed);
  const thicknessMm = 5;
  const series: SeriesFacts = { seriesUid, number: 2, description: 'Head 5 mm', modality: 'CT', bodyPart: 'HEAD' };
  const size = HEAD_GRID * 2;
  for (let i = 0; i < anatomy.slices; i++) {
    const zMm = LOWEST_SLICE_MM + i * thicknessMm;
    const hounsfield = scannedSlice(head, zMm, thicknessMm, random);
    const pixels = words(size, size, quantised(hounsfield, new Int16Array(hounsfield.length), 1, -1024, 3071), 16, true);
    const instance = facts(i + 1);
    const corner = -((size - 1) / 2) * (HEAD_SPACING_MM / 2);
    yield {
      instance,
      attributes: [
        ...imageAttributes(series, instance, at, 'ORIGINAL\\PRIMARY\\AXIAL'), ...pixelAttributes(pixels), ...windowAttributes(40, 80),
        ...planeAttributes(uidFrom(seed, 'frame of reference'), HEAD_SPACING_MM / 2, thicknessMm, corner, corner, zMm),
        { tag: '00281052', vr: 'DS', value: '0' }, { tag: '00281053', vr: 'DS', value: '1' }, { tag: '00281054', vr: 'LO', value: 'HU' },
        { tag: '00180060', vr: 'DS', value: '120' }, { tag: '00185100', vr: 'CS', value: 'HFS' }, { tag: '00181210', vr: 'SH', value: 'SOFT' },
        { tag: '00200012', vr: 'IS', value: '1' },
      ],
    };
  }
}

/** A slice as the scanner gives it: partial volume, the kernel's blur, a little cupping, and noise of the kernel's grain. */
function scannedSlice(head: HeadModel, zMm: number, thicknessMm: number, random: Random): Float32Array {
  const coarse = ctSlice(head, { size: HEAD_GRID, pixelSpacingMm: HEAD_SPACING_MM, zMm, thicknessMm });
  addHeadRest(coarse, HEAD_GRID, HEAD_SPACING_MM);
  const fine = doubled(coarse, HEAD_GRID);
  const size = HEAD_GRID * 2;
  blur(fine, size, size, 1.5);
  const grain = new Float32Array(fine.length).map(() => random.normal());
  blur(grain, size, size, 0.9);
  const texture = createNoise(Math.floor(random.next() * 1e9));
  return fine.map((value, i) => {
    const x = (i % size) / size - 0.5;
    const y = Math.floor(i / size) / size - 0.5;
    const cupping = value > -200 ? 3.5 * Math.hypot(x, y) * 2 : 0;
    return value + cupping + (grain[i] ?? 0) * 10 + 1.2 * fractal(texture, x * 22, y * 22, 0, 2);
  });
}

function* mrPictures(anatomy: Extract<Anatomy, { kind: 'head-mr' }>, random: Random, facts: (number: number) => InstanceFacts, { seed, seriesUid, at }: Where): Generator<Picture> {
  const head = createHead(random, undefined);
  const thicknessMm = 6;
  const series: SeriesFacts = { seriesUid, number: 3, description: 'T2 TSE axial', modality: 'MR', bodyPart: 'BRAIN' };
  const bias = createNoise(Math.floor(random.next() * 1e9));
  for (let i = 0; i < anatomy.slices; i++) {
    const zMm = LOWEST_SLICE_MM + i * thicknessMm;
    const signal = mrSlice(head, { size: HEAD_GRID, pixelSpacingMm: HEAD_SPACING_MM, zMm, thicknessMm });
    blur(signal, HEAD_GRID, HEAD_GRID, 0.8);
    // Magnitude images have Rician noise; the coil is brighter near the skin.
    const values = quantised(signal.map((value, p) => {
      const x = (p % HEAD_GRID) / HEAD_GRID;
      const y = Math.floor(p / HEAD_GRID) / HEAD_GRID;
      const shaded = value * (1 + 0.18 * bias(x * 2, y * 2, zMm / 60));
      return Math.hypot(shaded + 0.025 * random.normal(), 0.025 * random.normal());
    }), new Uint16Array(signal.length), 1400, 0, 4095);
    const instance = facts(i + 1);
    const corner = -((HEAD_GRID - 1) / 2) * HEAD_SPACING_MM;
    yield {
      instance,
      attributes: [
        ...imageAttributes(series, instance, at, 'ORIGINAL\\PRIMARY\\M\\SE'), ...pixelAttributes(words(HEAD_GRID, HEAD_GRID, values, 12, false)), ...windowAttributes(700, 1400),
        ...planeAttributes(uidFrom(seed, 'frame of reference'), HEAD_SPACING_MM, thicknessMm, corner, corner, zMm),
        { tag: '00180020', vr: 'CS', value: 'SE' }, { tag: '00180021', vr: 'CS', value: 'SK' }, { tag: '00180022', vr: 'CS', value: '' }, { tag: '00180023', vr: 'CS', value: '2D' },
        { tag: '00180080', vr: 'DS', value: '4800' }, { tag: '00180081', vr: 'DS', value: '98' }, { tag: '00180091', vr: 'IS', value: '15' }, { tag: '00185100', vr: 'CS', value: 'HFS' },
      ],
    };
  }
}

function* ultrasoundPictures(anatomy: Extract<Anatomy, { kind: 'ultrasound' }>, random: Random, facts: (number: number) => InstanceFacts, seriesUid: string, at: Date): Generator<Picture> {
  const [rows, columns] = [480, 640];
  const series: SeriesFacts = { seriesUid, number: 1, description: 'Abdomen', modality: 'US', bodyPart: 'ABDOMEN' };
  for (const [i, view] of anatomy.views.entries()) {
    const instance = facts(i + 1);
    const data = ultrasoundImage(random, view, rows, columns);
    yield {
      instance,
      attributes: [
        ...imageAttributes(series, instance, at, 'ORIGINAL\\PRIMARY\\ABDOMINAL\\0001'),
        ...pixelAttributes({ rows, columns, bitsAllocated: 8, bitsStored: 8, signed: false, data }),
        { tag: '00200020', vr: 'CS', value: '' }, { tag: '00282110', vr: 'CS', value: '00' },
      ],
    };
  }
}

function words(rows: number, columns: number, values: Uint16Array | Int16Array, bitsStored: number, signed: boolean): PixelFacts {
  return { rows, columns, bitsAllocated: 16, bitsStored, signed, data: new Uint8Array(values.buffer) };
}

function quantised<T extends Uint16Array | Int16Array>(values: Float32Array, out: T, scale: number, low: number, high: number): T {
  for (let i = 0; i < out.length; i++) out[i] = Math.round(Math.min(high, Math.max(low, (values[i] ?? 0) * scale)));
  return out;
}
