import { readFile } from 'node:fs/promises';
import { dice } from '@readroom/shared/evaluation/overlap';
import { volumeInputOf } from '../../apps/edge-node/src/inference/manifest.ts';
import type { Manifest } from '../../apps/edge-node/src/inference/manifest.ts';
import type { Kept } from '../../apps/edge-node/src/inference/volume/analyse-volume.ts';
import { volumeSeries } from '../phantom/dicom/volume-series.ts';
import type { SliceFile } from '../phantom/dicom/volume-series.ts';
import { readNifti } from './nifti.ts';

/** How far one structure of one case agrees with its mask; volumes in ml. */
export type Overlap = { readonly name: string; readonly dice: number; readonly ml: number; readonly truthMl: number };

/** A NIfTI volume as the DICOM series the model's contract describes. Throws Error for what is wrong with the file. */
export async function volumeAsDicom(path: string, manifest: Manifest, seriesUid: string): Promise<SliceFile[]> {
  const { values, ...volume } = readNifti(await readFile(path));
  const isHounsfield = volumeInputOf(manifest)?.values.kind === 'window';
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  // Magnitudes have no unit: they are stored as finely as 16 bits can.
  const scale = isHounsfield ? 1 : 65_535 / Math.max(high - low, 1e-6);
  const intercept = Math.floor(low);
  const stored = Uint16Array.from(values, (value) => Math.min(65_535, Math.max(0, Math.round((value - (isHounsfield ? intercept : low)) * scale))));
  return volumeSeries({ ...volume, modality: isHounsfield ? 'CT' : 'MR', bodyPart: manifest.routing.bodyParts[0] ?? '', seriesUid, values: stored, ...(isHounsfield ? { intercept } : {}) });
}

/** The whole of what the model draws against the whole of the mask, then every class the mask has too. Throws Error where the mask is of another volume. */
export async function overlapsWith(path: string, { shape, classes }: Kept, { output }: Manifest): Promise<Overlap[]> {
  const truth = readNifti(await readFile(path));
  if (String(truth.shape) !== String(shape)) throw new Error(`the mask is ${truth.shape.join(' x ')} voxels, the volume ${shape.join(' x ')}`);
  const drawn = truth.values.map(Math.round);
  const voxelMl = truth.spacingMm.reduce((product, side) => product * side, 1) / 1000;
  const names = output.kind === 'segmentation' ? output.classes : [];
  const of = (name: string, inside: (value: number) => boolean): Overlap[] => {
    const [a, b] = [Uint8Array.from(classes, (value) => Number(inside(value))), Uint8Array.from(drawn, (value) => Number(inside(value)))];
    const [count, truthCount] = [a, b].map((mask) => mask.reduce((sum, value) => sum + value, 0));
    const score = dice(a, b);
    return score === null || !truthCount ? [] : [{ name, dice: score, ml: (count ?? 0) * voxelMl, truthMl: truthCount * voxelMl }];
  };
  const parts = names.length > 1 ? names.flatMap(({ index, name }) => of(name, (value) => value === index)) : [];
  return [...of('whole', (value) => value > 0), ...parts];
}
