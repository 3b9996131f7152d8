import type { AnalysisReason, Score } from '@readroom/shared/finding/analysis';
import type { Finding } from '@readroom/shared/finding/finding';
import { volumeInputOf } from '../manifest.ts';
import type { LoadedModel } from '../models.ts';
import { findingId } from '../result/findings.ts';
import { loadImage, skip, timed, nothingScored } from '../scoring.ts';
import type { Scored, Work } from '../scoring.ts';
import type { HeldImage } from '../study/image-source.ts';
import { unitValues, magnitudeValues } from '../study/image-values.ts';
import { CancelledError } from '../study/study-input.ts';
import type { SegmentationOutput, VolumeInput } from './contract.ts';
import { voxelsOf } from './grid.ts';
import type { Shape, Volume } from './grid.ts';
import { maskOf, prepared, segmented } from './segment.ts';
import type { Segmented } from './segment.ts';
import { isStack, stackOf } from './stack.ts';
import type { Stack } from './stack.ts';
import { confidenceOf, findingOf, measurementsOf } from './structure.ts';

export type VolumeModel = LoadedModel & { readonly manifest: { readonly inputs: readonly [VolumeInput]; readonly output: SegmentationOutput } };
/** The class of every voxel after small parts were taken away, slice by slice in the order of the series. */
export type Kept = { readonly shape: Shape; readonly classes: Uint8Array };
export type VolumeAnswer =
  | { readonly kind: 'refused' | 'failed'; readonly reason: AnalysisReason }
  | { readonly kind: 'measured'; readonly findings: Finding[]; readonly scores: Score[]; readonly spent: Scored; readonly kept: Kept };

/** Whether a model reads a series as one volume. A manifest of half a volume contract is refused when it is loaded. */
export function isVolumeModel<T extends LoadedModel>(model: T): model is T & VolumeModel {
  return volumeInputOf(model.manifest) !== undefined && model.manifest.output.kind === 'segmentation';
}

/**
 * One series, in the order of its slices, as one volume: stack -> values -> network's grid -> windows -> likeliest class -> parts ->
 * measurements with the real spacing. A slice that cannot be read is a hole in the volume and fails it.
 * `idParts` are what the findings' ids are made of. Throws CancelledError.
 */
export async function analyseVolume(images: readonly HeldImage[], { manifest }: VolumeModel, work: Work, idParts: readonly string[]): Promise<VolumeAnswer> {
  const [input] = manifest.inputs;
  const headers = images.map(({ header }) => header);
  const stack = stackOf(headers, input);
  if (!isStack(stack)) return { kind: 'refused', reason: stack };
  const spent = nothingScored();
  const volume = await timed(spent, 'decodeMs', () => readVolume(images, stack, input, work, spent));
  if (!volume) return { kind: 'failed', reason: spent.firstReason ?? { code: 'unreadable-images', text: 'A slice could not be read: the volume has a hole.' } };
  const fine = await timed(spent, 'preprocessMs', async () => prepared(volume, stack, input)).catch((error: unknown) => skip(spent, error));
  if (!fine) return { kind: 'failed', reason: spent.firstReason ?? { code: 'blank-image', text: 'The volume is blank.' } };
  const stopIfCancelled = (): void => {
    if (work.isCancelled()) throw new CancelledError();
  };
  const found = await timed(spent, 'inferenceMs', () => segmented(fine, stack, input, work.session.segment, stopIfCancelled));
  return { ...structures(found, stack, headers, manifest, idParts), spent };
}

function structures(found: Segmented, stack: Stack, headers: readonly HeldImage['header'][], { labels, output }: VolumeModel['manifest'], idParts: readonly string[]): { kind: 'measured'; findings: Finding[]; scores: Score[]; kept: Kept } {
  const voxelMl = (stack.spacingMm[0] * stack.spacingMm[1] * stack.spacingMm[2]) / 1000;
  const each = labels.map((label) => {
    const structure = { label, mask: maskOf(found, label, output, voxelMl), found, headers, stack, output };
    return { structure, confidence: confidenceOf(structure) };
  });
  const findings = each.filter(({ structure, confidence }) => confidence >= structure.label.threshold).flatMap(({ structure, confidence }) => {
    const sizes = measurementsOf(structure);
    return sizes.ok ? (findingOf(structure, confidence, sizes.value, findingId([...idParts, structure.label.code])) ?? []) : [];
  });
  const classes = new Uint8Array(found.classes.length);
  for (const { structure: { mask } } of each) {
    for (let i = 0; i < mask.length; i++) if (mask[i]) classes[i] = found.classes[i] ?? 0;
  }
  const kept = { shape: found.shape, classes };
  return { kind: 'measured', findings, kept, scores: each.map(({ structure, confidence }) => ({ code: structure.label.code, confidence, sopInstanceUid: null, sliceIndex: null })) };
}

async function readVolume(images: readonly HeldImage[], { shape }: Stack, { values }: VolumeInput, work: Work, spent: Scored): Promise<Volume | undefined> {
  const [, rows, columns] = shape;
  const out = new Float32Array(voxelsOf(shape));
  const valuesOf = values.kind === 'window' ? unitValues : magnitudeValues;
  let whole = true;
  // A few at a time: the decoder's threads work side by side, and only so many files are held.
  for (let first = 0; first < images.length && whole; first += AT_ONCE) {
    if (work.isCancelled()) throw new CancelledError();
    const some = images.slice(first, first + AT_ONCE).map(({ header }) => loadImage(header.sopInstanceUid, work, valuesOf).catch((error: unknown) => skip(spent, error)));
    for (const [k, image] of (await Promise.all(some)).entries()) {
      if (image?.rows === rows && image.columns === columns && allFinite(image.values)) out.set(image.values, (first + k) * rows * columns);
      else whole = false;
    }
  }
  return whole ? { shape, values: out } : undefined;
}

const AT_ONCE = 8;

function allFinite(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}
