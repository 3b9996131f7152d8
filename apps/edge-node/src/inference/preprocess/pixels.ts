import { shapeOf, statisticsOf } from '../contract/inputs.ts';
import type { PixelInput } from '../contract/inputs.ts';
import type { TensorData } from '../tensor.ts';
import { headCrop } from './head.ts';
import { even } from './magnetic.ts';
import { areaResize, cutSquare } from './resample.ts';
import type { GreyImage, Square } from './resample.ts';
import { percentileStretch } from './stretch.ts';
import { withoutMarks } from './ultrasound.ts';

/** The square of the image that the tensor covers; undefined where it is all of it. */
export type Prepared = { readonly tensor: TensorData; readonly crop: Square | undefined };

/**
 * Planes of one size (`planesOf`; of a slice and its neighbours one each) to one tensor: cut, resized by area average, stretched,
 * cleaned, normalised. The crop is that of the plane `own`. The same operations as `models/training` does for the models that come
 * along. Throws BlankImageError.
 */
export function pixelTensor(planes: readonly GreyImage[], own: number, input: PixelInput): Prepared {
  const grey = planes.map((plane) => (isStretched(input, 'stored') ? stretched(plane, input) : plane));
  const crop = cropOf(grey[own] ?? { rows: 1, columns: 1, values: new Float32Array(1) }, input);
  const channels = grey.map((plane) => resized(crop ? cutSquare(plane, crop) : plane, input));
  return { tensor: filled(channels, input), crop };
}

const isStretched = ({ intensity }: PixelInput, when: 'stored' | 'resized'): boolean => intensity.kind === 'stretch' && intensity.measured === when;

function stretched(plane: GreyImage, { intensity }: PixelInput): GreyImage {
  if (intensity.kind !== 'stretch') return plane;
  return { ...plane, values: percentileStretch(new Float64Array(plane.values), intensity.low, intensity.high) };
}

function cropOf(plane: GreyImage, { fit, head }: PixelInput): Square | undefined {
  const { rows, columns } = plane;
  switch (fit) {
    case 'squash': return undefined;
    case 'head': return head && headCrop(plane, head);
    case 'pad':
    case 'centre': {
      const side = fit === 'pad' ? Math.max(rows, columns) : Math.min(rows, columns);
      return { left: Math.floor((columns - side) / 2), top: Math.floor((rows - side) / 2), side };
    }
    default: return fit satisfies never;
  }
}

/** One channel of the tensor's size, grey 0..1 (or units of the modality). */
function resized(plane: GreyImage, input: PixelInput): Float64Array {
  const { rows, columns, marks, field } = input;
  const [high, wide] = marks ? [marks.size, marks.size] : [rows, columns];
  let values = areaResize(plane, high, wide);
  if (isStretched(input, 'resized')) values = stretched({ rows: high, columns: wide, values }, input).values as Float64Array<ArrayBuffer>;
  if (marks) values = areaResize({ rows: high, columns: wide, values: withoutMarks(values, marks) }, rows, columns);
  return field ? even(values, rows, field) : values;
}

/** `channels` is one for all, or one a channel. */
function filled(channels: readonly Float64Array[], input: PixelInput): TensorData {
  const { rows, columns, channels: count, layout, dtype } = input;
  const plane = rows * columns;
  const data = dtype === 'uint8' ? new Uint8Array(plane * count) : new Float32Array(plane * count);
  const statistics = statisticsOf(input);
  const [low, high] = dtype === 'uint8' ? [0, 255] : input.intensity.kind === 'modality' ? [0, 1] : input.range;
  const [step, from] = layout === 'NCHW' ? [1, plane] : [count, 1];
  for (let channel = 0; channel < count; channel++) {
    const values = channels[channel] ?? channels[0] ?? new Float64Array(plane);
    const [mean, std] = [statistics?.mean[channel] ?? 0, statistics?.std[channel] ?? 1];
    for (let i = 0; i < plane; i++) {
      const value = (low + (values[i] ?? 0) * (high - low) - mean) / std;
      data[channel * from + i * step] = dtype === 'uint8' ? Math.round(Math.min(255, Math.max(0, value))) : value;
    }
  }
  return { dtype, data, dims: shapeOf(input) };
}
