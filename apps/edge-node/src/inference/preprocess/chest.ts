import { areaResize } from './resample.ts';
import type { GreyImage } from './resample.ts';
import { percentileStretch } from './stretch.ts';

export type ChestInput = {
  readonly size: number;
  /** Order statistics stretched to 0..1, as fractions. */
  readonly low: number;
  readonly high: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
};

/**
 * Display values (bright = dense) to one [channels, size, size] tensor: squash, stretch between two order statistics, normalise.
 * The stretch cancels any linear window the sender chose. Throws BlankImageError when there is no contrast.
 */
export function chestTensor(image: GreyImage, input: ChestInput): Float32Array {
  const grey = percentileStretch(areaResize(image, input.size, input.size), input.low, input.high);
  const plane = input.size * input.size;
  const tensor = new Float32Array(plane * input.mean.length);
  input.mean.forEach((mean, channel) => {
    const std = input.std[channel] ?? 1;
    for (let i = 0; i < plane; i++) tensor[channel * plane + i] = ((grey[i] ?? 0) - mean) / std;
  });
  return tensor;
}
