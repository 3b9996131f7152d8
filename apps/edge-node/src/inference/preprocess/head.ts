import { components } from './components.ts';
import type { GreyImage, Square } from './resample.ts';

/** Grey above which a pixel belongs to the head, and the least share of the image the head must fill. */
export type HeadFit = { readonly bright: number; readonly smallestShare: number };

/** Units of the modality to grey 0..1: the LINEAR_EXACT function of PS3.3 C.11.2.1.3.2. */
export function windowed(units: GreyImage, { center, width }: { readonly center: number; readonly width: number }): GreyImage {
  const low = center - width / 2;
  const values = new Float64Array(units.values.length);
  for (let i = 0; i < values.length; i++) values[i] = Math.min(1, Math.max(0, ((units.values[i] ?? 0) - low) / width));
  return { ...units, values };
}

/**
 * The square round the head: the bright component with the largest area x fill of its box, with a margin of 8 %.
 * Plain area would choose the thin arc of the head rest near the vertex.
 */
export function headCrop(grey: GreyImage, input: HeadFit): Square {
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
