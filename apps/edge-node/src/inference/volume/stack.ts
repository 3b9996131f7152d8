import type { AnalysisReason } from '@readroom/shared/finding/analysis';
import { spacingInPatient } from '@readroom/shared/measure/spacing';
import type { Spacing } from '@readroom/shared/measure/spacing';
import { normalOf, slicesInPlace } from '@readroom/shared/study/display-order';
import type { ImageHeader } from '../study/header.ts';
import { doublesText, gapsText, stackSteps } from '../study/stack-steps.ts';
import type { VolumeInput } from './contract.ts';
import { sidesAt } from './resample-volume.ts';
import { voxelsOf } from './grid.ts';
import type { Shape } from './grid.ts';

type Vector = readonly [number, number, number];
/** Where a stack's voxels lie. Directions and spacings are of slices, rows and columns. */
export type Stack = { readonly shape: Shape; readonly spacingMm: Vector; readonly directions: readonly [Vector, Vector, Vector]; readonly pixel: Spacing };

/** Voxels as stored, and as the network sees them; a float each, and as many again for every class. */
const MOST_VOXELS = 64 * 1024 * 1024;

/** The stack a series is, in the order given (along its normal), or why it is none that could be measured. */
export function stackOf(headers: readonly ImageHeader[], input: VolumeInput): Stack | AnalysisReason {
  const [first] = headers;
  if (!first) return { code: 'no-stack', text: 'The series has no slices.' };
  const spacing = spacingInPatient(first);
  if (!spacing.ok) return { code: spacing.reason.code, text: spacing.reason.text };
  if (headers.length < 2) return { code: 'single-slice', text: 'A single slice is no volume.' };
  const same = (other: ImageHeader): boolean => other.rows === first.rows && other.columns === first.columns && String(other.pixelSpacing) === String(first.pixelSpacing);
  if (!headers.every(same)) return { code: 'mixed-size', text: 'The slices differ in size or spacing.' };
  if (headers.some(({ position, orientation }) => !position || !orientation)) return { code: 'no-positions', text: 'Slices carry no position in the patient: they are no volume.' };
  const placed = slicesInPlace(headers);
  if (!placed || !first.orientation) return { code: 'mixed-orientation', text: 'The slices are no stack of parallel slices.' };
  const { usualMm, doubles, gaps } = stackSteps(placed.map(({ placeMm }) => placeMm));
  if (doubles > 0) return { code: 'duplicate-slices', text: doublesText(doubles) };
  if (gaps > 0) return { code: 'slice-gap', text: gapsText(gaps) };
  const [a, b, c, d, e, f] = first.orientation;
  const normal = unit(normalOf(first.orientation));
  if (asideMm(placed[0]?.slice.position, placed.at(-1)?.slice.position, normal) > Math.max(spacing.value.rowMm, spacing.value.columnMm)) {
    return { code: 'sheared-stack', text: 'The slices do not lie straight above each other (tilted gantry): they are no rectangular volume.' };
  }
  const stack: Stack = {
    shape: [headers.length, first.rows, first.columns], spacingMm: [usualMm, spacing.value.rowMm, spacing.value.columnMm],
    directions: [normal, unit([d, e, f]), unit([a, b, c])], pixel: spacing.value,
  };
  return outOfRange(stack, input) ?? stack;
}

export const isStack = (answer: Stack | AnalysisReason): answer is Stack => 'shape' in answer;

function outOfRange({ shape, spacingMm }: Stack, { extentMm, coarsestMm, spacingMm: wanted }: VolumeInput): AnalysisReason | undefined {
  const coarse = Math.max(...spacingMm);
  if (coarse > coarsestMm) return { code: 'voxels-too-coarse', text: `Voxels are up to ${rounded(coarse)} mm large: the model was trained on at most ${coarsestMm} mm.` };
  const sides = shape.map((side, axis) => side * (spacingMm[axis] ?? 0));
  const [least, most] = [Math.min(...sides), Math.max(...sides)];
  if (least < extentMm.least) return { code: 'field-of-view', text: `The volume is ${rounded(least)} mm thin: the model needs at least ${extentMm.least} mm.` };
  if (most > extentMm.most) return { code: 'field-of-view', text: `The volume is ${rounded(most)} mm long: the model was trained on crops of at most ${extentMm.most} mm.` };
  if (voxelsOf(shape) > MOST_VOXELS || voxelsOf(sidesAt(shape, spacingMm, wanted)) > MOST_VOXELS) return { code: 'volume-too-large', text: 'The volume has more voxels than are analysed.' };
  return undefined;
}

const rounded = (mm: number): number => Math.round(mm * 10) / 10;

function unit(vector: Vector): Vector {
  const length = Math.hypot(...vector) || 1;
  return [vector[0] / length, vector[1] / length, vector[2] / length];
}

/** How far the last slice lies beside the first, mm. */
function asideMm(from: ImageHeader['position'] | undefined, to: ImageHeader['position'] | undefined, normal: Vector): number {
  if (!from || !to) return 0;
  const way: Vector = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  const along = way[0] * normal[0] + way[1] * normal[1] + way[2] * normal[2];
  return Math.hypot(way[0] - along * normal[0], way[1] - along * normal[1], way[2] - along * normal[2]);
}
