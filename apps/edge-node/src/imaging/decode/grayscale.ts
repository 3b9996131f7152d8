import type { DataSet } from 'dicom-parser';
import { DecodeError } from './frame.ts';
import type { PixelArray } from './frame.ts';
import { readLut } from './lut.ts';
import type { Lut } from './lut.ts';

/** Stored values to modality units (HU for CT): Modality LUT module, PS3.3 C.11.1. */
export type ModalityTransform =
  | { readonly kind: 'identity' }
  | { readonly kind: 'linear'; readonly slope: number; readonly intercept: number }
  | { readonly kind: 'lut'; readonly lut: Lut };

/** Modality units to display grey: VOI LUT module, PS3.3 C.11.2. `none` where the object has neither window nor LUT. */
export type VoiTransform =
  | { readonly kind: 'none' }
  | { readonly kind: 'window'; readonly center: number; readonly width: number; readonly shape: 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID' }
  | { readonly kind: 'lut'; readonly lut: Lut };

/** A Decimal String attribute's first value, `undefined` where it is absent; refuses text that is no number. */
export function decimal(dataSet: DataSet, tag: string, keyword: string): number | undefined {
  const text = dataSet.elements[tag]?.length ? dataSet.string(tag, 0)?.trim() : undefined;
  if (!text) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) throw new DecodeError('malformed-pixel-data', `${keyword} is not a number`);
  return value;
}

export function readModality(dataSet: DataSet): ModalityTransform {
  const lut = readLut(dataSet, 'x00283000');
  if (lut) return { kind: 'lut', lut };
  const slope = decimal(dataSet, 'x00281053', 'RescaleSlope');
  const intercept = decimal(dataSet, 'x00281052', 'RescaleIntercept');
  if (slope === undefined && intercept === undefined) return { kind: 'identity' };
  return { kind: 'linear', slope: slope ?? 1, intercept: intercept ?? 0 };
}

export function readVoi(dataSet: DataSet): VoiTransform {
  const lut = readLut(dataSet, 'x00283010');
  if (lut) return { kind: 'lut', lut };
  const center = decimal(dataSet, 'x00281050', 'WindowCenter');
  const width = decimal(dataSet, 'x00281051', 'WindowWidth');
  if (center === undefined || width === undefined || width <= 0) return { kind: 'none' };
  const shape = dataSet.string('x00281056')?.trim();
  return { kind: 'window', center, width, shape: shape === 'SIGMOID' || shape === 'LINEAR_EXACT' ? shape : 'LINEAR' };
}

export function applyModality(pixels: PixelArray, transform: ModalityTransform): Float32Array {
  const { slope, intercept } = transform.kind === 'linear' ? transform : { slope: 1, intercept: 0 };
  const out = new Float32Array(pixels.length);
  for (let i = 0; i < out.length; i++) out[i] = (pixels[i] ?? 0) * slope + intercept;
  if (transform.kind === 'lut') applyLut(out, transform.lut);
  return out;
}

/** In place: to 0..1 for a window or LUT; `none` leaves the values as they are. */
export function applyVoi(values: Float32Array, transform: VoiTransform): Float32Array {
  if (transform.kind === 'window') {
    const grey = windowFunction(transform);
    for (let i = 0; i < values.length; i++) values[i] = grey(values[i] ?? 0);
  }
  if (transform.kind === 'lut') {
    applyLut(values, transform.lut);
    const top = 2 ** transform.lut.bits - 1;
    for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) / top;
  }
  return values;
}

function windowFunction({ center, width, shape }: Extract<VoiTransform, { kind: 'window' }>): (x: number) => number {
  switch (shape) {
    case 'SIGMOID': return (x) => 1 / (1 + Math.exp((-4 * (x - center)) / width));
    case 'LINEAR_EXACT': return (x) => clamp01((x - center) / width + 0.5);
    // A width of 1 is a threshold (PS3.3 C.11.2.1.2.1): dividing by width - 1 would not be defined.
    case 'LINEAR': return (x) => (width <= 1 ? Number(x > center - 0.5) : clamp01((x - (center - 0.5)) / (width - 1) + 0.5));
    default: return shape satisfies never;
  }
}

const clamp01 = (x: number): number => Math.min(1, Math.max(0, x));

function applyLut(values: Float32Array, { entries, first }: Lut): void {
  const last = entries.length - 1;
  for (let i = 0; i < values.length; i++) {
    const index = Math.min(last, Math.max(0, Math.round(values[i] ?? 0) - first));
    values[i] = entries[index] ?? 0;
  }
}
