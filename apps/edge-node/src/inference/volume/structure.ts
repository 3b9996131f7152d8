import { CATALOGUE } from '@readroom/shared/finding/catalogue';
import type { Finding, Mark, Measurement } from '@readroom/shared/finding/finding';
import { lesionSize } from '@readroom/shared/measure/lesion';
import type { Measured } from '@readroom/shared/measure/measured';
import { volumeMl } from '@readroom/shared/measure/volume';
import type { MaskSlice } from '@readroom/shared/measure/volume';
import type { ModelLabel } from '../contract/output.ts';
import { maskOutline } from '../result/mask-outline.ts';
import type { ImageHeader } from '../study/header.ts';
import type { SegmentationOutput } from './contract.ts';
import { classesOf } from './segment.ts';
import type { Segmented } from './segment.ts';
import type { Stack } from './stack.ts';

/** One label's mask on a stack, with what it is called by. */
export type Structure = { readonly label: ModelLabel; readonly mask: Uint8Array; readonly found: Segmented; readonly headers: readonly ImageHeader[]; readonly stack: Stack; readonly output: SegmentationOutput };

/** How sure the network is: the mean probability of the label over its voxels; of an empty mask, that of its likeliest voxel. */
export function confidenceOf({ label, mask, found }: Pick<Structure, 'label' | 'mask' | 'found'>): number {
  const planes = classesOf(label).flatMap((index) => found.probabilities[index] ?? []);
  let [sum, count, peak] = [0, 0, 0];
  for (const plane of planes) {
    for (let i = 0; i < mask.length; i++) {
      const value = plane[i] ?? 0;
      if (value > peak) peak = value;
      if (mask[i]) sum += value;
    }
  }
  for (let i = 0; i < mask.length; i++) count += mask[i] ?? 0;
  return Math.min(1, count > 0 ? sum / count : peak);
}

/** Volume and longest diameter of the whole, then the volume of each part where there are several. */
export function measurementsOf(structure: Structure): Measured<Measurement[]> {
  const { label, mask, found, output } = structure;
  const size = lesionSize(slicesOf(structure, mask));
  if (!size.ok) return size;
  const error = (ml: number): number | null => (output.volumeError === null ? null : hundredths(ml * output.volumeError));
  const volume = (name: string, ml: number): Measurement => ({ kind: 'volume', label: name, value: hundredths(ml), unit: 'ml', uncertainty: error(ml) });
  const { longestMm, uncertaintyMm } = size.value.diameters;
  const own = classesOf(label);
  const parts = own.length < 2 ? [] : output.classes.filter(({ index }) => own.includes(index)).flatMap(({ index, name }) => {
    const part = volumeMl(slicesOf(structure, partOf(mask, found.classes, index)));
    return part.ok ? [volume(name, part.value)] : [];
  });
  return { ok: true, value: [volume('Volume', size.value.volumeMl), { kind: 'diameter', label: 'Longest diameter in the plane of the slices', value: tenths(longestMm), unit: 'mm', uncertainty: tenths(uncertaintyMm) }, ...parts] };
}

function partOf(mask: Uint8Array, classes: Uint8Array, index: number): Uint8Array {
  const part = new Uint8Array(mask.length);
  for (let i = 0; i < mask.length; i++) if (mask[i] === 1 && classes[i] === index) part[i] = 1;
  return part;
}

const hundredths = (value: number): number => Math.round(value * 100) / 100;
const tenths = (value: number): number => Math.round(value * 10) / 10;

function slicesOf({ headers, stack }: Structure, mask: Uint8Array): MaskSlice[] {
  const [, rows, columns] = stack.shape;
  return headers.map((header, k) => ({ ...header, spacing: stack.pixel, mask: { rows, columns, values: mask.subarray(k * rows * columns, (k + 1) * rows * columns) } }));
}

/** The structure as a finding: its outline on every slice it crosses, shown on the slice where it is largest. */
export function findingOf(structure: Structure, confidence: number, measurements: Measurement[], id: string): Finding | undefined {
  const { label, mask, headers, stack } = structure;
  const [, rows, columns] = stack.shape;
  const areas = headers.map((_, k) => areaOf(mask.subarray(k * rows * columns, (k + 1) * rows * columns)));
  const largest = areas.indexOf(Math.max(...areas));
  const shown = headers[largest];
  if (!shown || !areas[largest]) return undefined;
  const marks = headers.flatMap(({ sopInstanceUid }, k): Mark[] => {
    const outline = areas[k] === 0 ? undefined : maskOutline(rows, columns, mask.subarray(k * rows * columns, (k + 1) * rows * columns));
    return outline ? [{ kind: 'contour', sopInstanceUid, frameNumber: 1, sliceIndex: k, ...outline, confidence }] : [];
  });
  return {
    id, code: label.code, label: CATALOGUE.get(label.code)?.label ?? label.code, side: null, severity: label.severity, confidence, uncertainty: null,
    alert: false, sopInstanceUid: shown.sopInstanceUid, sliceIndex: largest, marks: marks.slice(0, MAX_MARKS), measurements,
  };
}

const MAX_MARKS = 512;

function areaOf(mask: Uint8Array): number {
  let area = 0;
  for (let i = 0; i < mask.length; i++) area += mask[i] ?? 0;
  return area;
}
