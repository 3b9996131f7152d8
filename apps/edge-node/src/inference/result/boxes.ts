import type { Box } from '@readroom/shared/finding/finding';
import { components } from '../preprocess/components.ts';
import type { Square } from '../preprocess/resample.ts';
import type { Edges } from './detections.ts';

/** A model's map: row-major values 0..1. */
export type ModelMap = { readonly rows: number; readonly columns: number; readonly values: Float32Array };

/** An image, and the square of it that a model's input covers; all of it where that is undefined. */
export type Covered = { readonly image: { readonly rows: number; readonly columns: number }; readonly crop: Square | undefined };

/**
 * Connected components of a map at or above `threshold`, as boxes in image pixels, the largest first. Where a flagged
 * slice has no cell that bright, the component round its brightest cell at half that brightness stands for it.
 */
export function boxesFromMap(map: ModelMap, covered: Covered, threshold: number, smallestCells: number): Box[] {
  const at = (level: number): Box[] => components(map.rows, map.columns, (i) => (map.values[i] ?? 0) >= level)
    .filter(({ area }) => area >= smallestCells)
    .sort((a, b) => b.area - a.area)
    .flatMap(({ left, top, right, bottom }) => boxOfEdges({ left: left / map.columns, top: top / map.rows, right: right / map.columns, bottom: bottom / map.rows }, covered) ?? []);
  const found = at(threshold);
  if (found.length > 0) return found;
  const brightest = map.values.reduce((most, value) => Math.max(most, value), 0);
  return at(brightest / 2).slice(0, 1);
}

/** Edges as shares of the input's sides to pixel-centre coordinates, kept inside the image; nothing where no area is left. */
export function boxOfEdges(edges: Edges, { image, crop }: Covered): Box | undefined {
  const [left, top] = [crop?.left ?? 0, crop?.top ?? 0];
  const [wide, high] = [crop?.side ?? image.columns, crop?.side ?? image.rows];
  const x = Math.max(0, left + edges.left * wide - 0.5);
  const y = Math.max(0, top + edges.top * high - 0.5);
  const width = Math.min(image.columns - 1, left + edges.right * wide - 0.5) - x;
  const height = Math.min(image.rows - 1, top + edges.bottom * high - 0.5) - y;
  return width > 0 && height > 0 ? { x: round(x), y: round(y), width: round(width), height: round(height) } : undefined;
}

const round = (value: number): number => Math.round(value * 100) / 100;
