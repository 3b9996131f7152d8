import { components } from './components.ts';
import { areaResize, cutSquare } from './resample.ts';
import type { GreyImage, Square } from './resample.ts';

export type HeadInput = {
  readonly size: number;
  readonly windowCenter: number;
  readonly windowWidth: number;
  /** Grey above which a pixel belongs to the head, and the least share of the image the head must fill. */
  readonly bright: number;
  readonly smallestShare: number;
};

/** Hounsfield units to grey 0..1: the LINEAR_EXACT function of PS3.3 C.11.2.1.3.2. */
export function headWindow(hounsfield: GreyImage, input: HeadInput): GreyImage {
  const low = input.windowCenter - input.windowWidth / 2;
  const values = new Float64Array(hounsfield.values.length);
  for (let i = 0; i < values.length; i++) values[i] = Math.min(1, Math.max(0, ((hounsfield.values[i] ?? 0) - low) / input.windowWidth));
  return { ...hounsfield, values };
}

/**
 * The square round the head: the bright component with the largest area x fill of its box, with a margin of 8 %.
 * Plain area would choose the thin arc of the head rest near the vertex.
 */
export function headCrop(grey: GreyImage, input: HeadInput): Square {
  const { rows, columns, values } = grey;
  const head = { area: 0, left: 0, top: 0, right: columns, bottom: rows };
  let bestScore = 0;
  for (const found of components(rows, columns, (i) => (values[i] ?? 0) > input.bright)) {
    const score = (found.area * found.area) / ((found.right - found.left) * (found.bottom - found.top));
    if (score <= bestScore) continue;
    bestScore = score;
    Object.assign(head, found);
  }
  if (head.area < input.smallestShare * rows * columns) Object.assign(head, { left: 0, top: 0, right: columns, bottom: rows });
  const side = Math.floor((Math.max(head.right - head.left, head.bottom - head.top) * 27 + 24) / 25);
  return { left: Math.floor((head.left + head.right - side) / 2), top: Math.floor((head.top + head.bottom - side) / 2), side };
}

/**
 * A slice between its neighbours, all already windowed to grey, to one [3, size, size] tensor. The crop is the centre
 * slice's, so that neighbours stay aligned; a missing neighbour is the slice itself.
 */
export function headTensor(planes: readonly [GreyImage, GreyImage, GreyImage], input: HeadInput): { readonly tensor: Float32Array; readonly crop: Square } {
  const crop = headCrop(planes[1], input);
  const plane = input.size * input.size;
  const tensor = new Float32Array(plane * 3);
  planes.forEach((grey, channel) => tensor.set(areaResize(cutSquare(grey, crop), input.size, input.size), channel * plane));
  return { tensor, crop };
}
