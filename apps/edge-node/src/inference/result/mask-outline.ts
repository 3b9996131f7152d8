import type { Box } from '@readroom/shared/finding/finding';
import { components } from '../preprocess/components.ts';
import { traceEdge } from './outline.ts';
import type { Outline } from './outline.ts';

const MAX_POINTS = 128;

/** The outline of a mask's largest part on one slice, along the edges of its pixels; undefined for an empty mask. */
export function maskOutline(rows: number, columns: number, mask: Uint8Array): Outline | undefined {
  const inside = (x: number, y: number): boolean => x >= 0 && y >= 0 && x < columns && y < rows && mask[y * columns + x] === 1;
  const [largest] = components(rows, columns, (i) => mask[i] === 1).sort((a, b) => b.area - a.area);
  if (!largest) return undefined;
  let start = largest.left;
  while (!inside(start, largest.top)) start++;
  const corners = spread(bends(traceEdge(inside, start, largest.top, 4 * rows * columns)));
  // A pixel's edge is half a pixel from its centre, where coordinates begin; marks stay inside the image.
  const outline = corners.map((value, i) => Math.min((i % 2 === 0 ? columns : rows) - 1, Math.max(0, value - 0.5)));
  const box: Box = { x: Math.max(0, largest.left - 0.5), y: Math.max(0, largest.top - 0.5), width: largest.right - largest.left, height: largest.bottom - largest.top };
  return { box, outline };
}

/** Only where the walk turns. */
function bends(corners: readonly number[]): number[] {
  const count = corners.length / 2;
  const at = (i: number): readonly [number, number] => [corners[2 * ((i + count) % count)] ?? 0, corners[2 * ((i + count) % count) + 1] ?? 0];
  return Array.from({ length: count }, (_, i) => i).flatMap((i) => {
    const [before, own, after] = [at(i - 1), at(i), at(i + 1)];
    return (own[0] - before[0]) * (after[1] - own[1]) === (own[1] - before[1]) * (after[0] - own[0]) ? [] : [...own];
  });
}

function spread(points: readonly number[]): number[] {
  const stride = Math.ceil(points.length / 2 / MAX_POINTS);
  return points.filter((_, i) => Math.floor(i / 2) % stride === 0);
}
