import type { Box } from '@readroom/shared/finding/finding';
import { components } from '../preprocess/components.ts';
import type { Square } from '../preprocess/resample.ts';

/** A model's map: row-major values 0..1. */
export type ModelMap = { readonly rows: number; readonly columns: number; readonly values: Float32Array };

/**
 * Connected components of a map at or above `threshold`, as boxes in image pixels, the largest first. Where a flagged
 * slice has no cell that bright, the component round its brightest cell at half that brightness stands for it.
 */
export function boxesFromMap(map: ModelMap, crop: Square, image: { readonly rows: number; readonly columns: number }, threshold: number, smallestCells: number): Box[] {
  const at = (level: number): Box[] => components(map.rows, map.columns, (i) => (map.values[i] ?? 0) >= level)
    .filter(({ area }) => area >= smallestCells)
    .sort((a, b) => b.area - a.area)
    .flatMap(({ left, top, right, bottom }) => inImage({
      left: crop.left + (left * crop.side) / map.columns, top: crop.top + (top * crop.side) / map.rows,
      right: crop.left + (right * crop.side) / map.columns, bottom: crop.top + (bottom * crop.side) / map.rows,
    }, image) ?? []);
  const found = at(threshold);
  if (found.length > 0) return found;
  const brightest = map.values.reduce((most, value) => Math.max(most, value), 0);
  return at(brightest / 2).slice(0, 1);
}

/** Pixel edges to pixel-centre coordinates, kept inside the image; nothing where no area is left. */
function inImage(edges: { left: number; top: number; right: number; bottom: number }, image: { readonly rows: number; readonly columns: number }): Box | undefined {
  const x = Math.max(0, edges.left - 0.5);
  const y = Math.max(0, edges.top - 0.5);
  const width = Math.min(image.columns - 1, edges.right - 0.5) - x;
  const height = Math.min(image.rows - 1, edges.bottom - 0.5) - y;
  return width > 0 && height > 0 ? { x: round(x), y: round(y), width: round(width), height: round(height) } : undefined;
}

const round = (value: number): number => Math.round(value * 100) / 100;
