import { voxelsOf } from './grid.ts';
import type { Shape } from './grid.ts';

/** Clears every 6-connected part of the mask but the largest, or but those of at least `smallest` voxels. The first found wins between equals. */
export function keepParts(mask: Uint8Array, shape: Shape, keep: 'largest' | 'all', smallest: number): void {
  const partOf = new Int32Array(mask.length);
  const sizes = [0];
  for (let i = 0; i < mask.length; i++) if (mask[i] && partOf[i] === 0) sizes.push(flood(mask, shape, i, sizes.length, partOf));
  const largest = sizes.indexOf(Math.max(...sizes));
  const kept = sizes.map((size, part) => part > 0 && size >= smallest && (keep === 'all' || part === largest));
  for (let i = 0; i < mask.length; i++) if (mask[i] && !kept[partOf[i] ?? 0]) mask[i] = 0;
}

/** Marks the part that holds `start` and answers its size. */
function flood(mask: Uint8Array, shape: Shape, start: number, part: number, partOf: Int32Array): number {
  const [plane, row, voxels] = [shape[1] * shape[2], shape[2], voxelsOf(shape)];
  const waiting = [start];
  partOf[start] = part;
  let size = 0;
  const visit = (at: number): void => {
    if (!mask[at] || partOf[at] !== 0) return;
    partOf[at] = part;
    waiting.push(at);
  };
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    size += 1;
    const [x, y] = [at % row, Math.floor(at / row) % shape[1]];
    if (x > 0) visit(at - 1);
    if (x < row - 1) visit(at + 1);
    if (y > 0) visit(at - row);
    if (y < shape[1] - 1) visit(at + row);
    if (at >= plane) visit(at - plane);
    if (at + plane < voxels) visit(at + plane);
  }
  return size;
}
