import type { Box } from '@readroom/shared/finding/finding';
import { components } from '../preprocess/components.ts';
import type { Square } from '../preprocess/resample.ts';
import type { ModelMap } from './boxes.ts';

type ImageSize = { readonly rows: number; readonly columns: number };
export type Outline = { readonly box: Box; /** Flat `[x0, y0, x1, y1, ...]`, closed, image pixels. */ readonly outline: number[] };

/** Cells are drawn this much finer, so that the outline is not a staircase of the map's cells. */
const FINENESS = 8;
const MAX_POINTS = 256;

/** The outline of the largest area in which the map is at least `share` of its brightest value; nothing for a flat map. */
export function attentionOutline(map: ModelMap, image: ImageSize, share: number, crop?: Square): Outline | undefined {
  const fine = enlarged(map);
  const brightest = fine.values.reduce((most, value) => Math.max(most, value), 0);
  if (brightest <= 0) return undefined;
  const inside = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < fine.columns && y < fine.rows && (fine.values[y * fine.columns + x] ?? 0) >= brightest * share;
  const [largest] = components(fine.rows, fine.columns, (i) => inside(i % fine.columns, Math.floor(i / fine.columns))).sort((a, b) => b.area - a.area);
  if (!largest) return undefined;
  let start = largest.left;
  while (!inside(start, largest.top)) start++;
  const corners = thinned(traceEdge(inside, start, largest.top, 4 * (fine.rows * fine.columns)));
  return inImage(corners, fine, image, crop);
}

/** Bilinear between cell centres, values held constant beyond the outermost ones. */
function enlarged(map: ModelMap): ModelMap {
  const rows = map.rows * FINENESS;
  const columns = map.columns * FINENESS;
  const values = new Float32Array(rows * columns);
  const cell = (x: number, y: number): number =>
    map.values[Math.min(map.rows - 1, Math.max(0, y)) * map.columns + Math.min(map.columns - 1, Math.max(0, x))] ?? 0;
  for (let y = 0; y < rows; y++) {
    const v = (y + 0.5) / FINENESS - 0.5;
    for (let x = 0; x < columns; x++) {
      const u = (x + 0.5) / FINENESS - 0.5;
      const [x0, y0] = [Math.floor(u), Math.floor(v)];
      const [a, b] = [u - x0, v - y0];
      values[y * columns + x] = (cell(x0, y0) * (1 - a) + cell(x0 + 1, y0) * a) * (1 - b) + (cell(x0, y0 + 1) * (1 - a) + cell(x0 + 1, y0 + 1) * a) * b;
    }
  }
  return { rows, columns, values };
}

const STEPS = [[1, 0], [0, 1], [-1, 0], [0, -1]] as const;
/** The pixel to the right and to the left of a walker at corner (x, y) who faces each of STEPS (y grows downwards). */
const RIGHT_OF = [[0, 0], [-1, 0], [-1, -1], [0, -1]] as const;
const LEFT_OF = [[0, -1], [0, 0], [-1, 0], [-1, -1]] as const;

/** Walks the pixel edges clockwise with the area on the right hand, from the top left corner of a topmost pixel. */
export function traceEdge(inside: (x: number, y: number) => boolean, startX: number, startY: number, maxSteps: number): number[] {
  const corners: number[] = [];
  let [x, y, facing] = [startX, startY, 0];
  for (let step = 0; step < maxSteps; step++) {
    const [dx, dy] = STEPS[facing] ?? [1, 0];
    corners.push(x, y);
    x += dx;
    y += dy;
    if (x === startX && y === startY) break;
    const next = [(facing + 1) % 4, facing, (facing + 3) % 4].find((turn) => {
      const [rx, ry] = RIGHT_OF[turn] ?? [0, 0];
      const [lx, ly] = LEFT_OF[turn] ?? [0, 0];
      return inside(x + rx, y + ry) && !inside(x + lx, y + ly);
    });
    facing = next ?? (facing + 1) % 4;
  }
  return corners;
}

function thinned(corners: readonly number[]): number[] {
  const points = corners.length / 2;
  const stride = Math.max(FINENESS / 2, Math.ceil(points / MAX_POINTS));
  return corners.filter((_, i) => Math.floor(i / 2) % stride === 0);
}

/** `crop` is the square of the image that the map covers; without one it covers the whole image. */
function inImage(corners: readonly number[], fine: ModelMap, image: ImageSize, crop: Square | undefined): Outline | undefined {
  const scale = [(crop?.side ?? image.columns) / fine.columns, (crop?.side ?? image.rows) / fine.rows] as const;
  const from = [crop?.left ?? 0, crop?.top ?? 0] as const;
  const limit = [image.columns - 1, image.rows - 1] as const;
  const outline = corners.map((value, i) => Math.round(Math.min(limit[i % 2] ?? 0, Math.max(0, (from[i % 2] ?? 0) + value * (scale[i % 2] ?? 1) - 0.5)) * 100) / 100);
  const [xs, ys] = [outline.filter((_, i) => i % 2 === 0), outline.filter((_, i) => i % 2 === 1)];
  const box = { x: Math.min(...xs), y: Math.min(...ys), width: Math.max(...xs) - Math.min(...xs), height: Math.max(...ys) - Math.min(...ys) };
  return box.width > 0 && box.height > 0 ? { box, outline } : undefined;
}
