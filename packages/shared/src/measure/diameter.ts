import { convexHull, farthestPair, longestChordAcross } from './hull.ts';
import type { Point } from './hull.ts';
import { measured, unmeasurable } from './measured.ts';
import type { Measured } from './measured.ts';
import { isLength } from './spacing.ts';
import type { Spacing } from './spacing.ts';

/** One slice's mask of one lesion, row-major; anything but 0 is inside. */
export type PlaneMask = { readonly rows: number; readonly columns: number; readonly values: ArrayLike<number> };

export type Diameters = {
  /** The longest diameter in the plane (RECIST 1.1), mm. */
  readonly longestMm: number;
  /** The longest chord at right angles to it (WHO; the short axis of RECIST 1.1), mm. */
  readonly perpendicularMm: number;
  /** Half a pixel: the border lies between the centres and the outer edges of the outermost pixels, and the middle is answered. */
  readonly uncertaintyMm: number;
  /** Ends of the longest, image pixels: the origin is the centre of the top left pixel, x to the right, y down. */
  readonly from: Point;
  readonly to: Point;
};

/** Refuses a mask of another size than it says, an empty one, and a spacing that is no length. */
export function diameters({ rows, columns, values }: PlaneMask, { rowMm, columnMm }: Spacing): Measured<Diameters> {
  if (!isLength(rowMm) || !isLength(columnMm)) return unmeasurable('no-spacing', 'PixelSpacing is not a length: sizes are not known.');
  if (values.length !== rows * columns) return unmeasurable('no-mask', 'The mask has another size than its image.');
  const hull = convexHull(rowEnds({ rows, columns, values }).map(([x, y]) => [x * columnMm, y * rowMm] as const));
  const pair = farthestPair(hull);
  if (!pair) return unmeasurable('empty', 'Nothing is marked.');
  const { from, to, distance } = pair;
  // A single pixel has no direction of its own: it is measured along its longer side.
  const along: Point = distance > 0 ? [(to[0] - from[0]) / distance, (to[1] - from[1]) / distance] : columnMm >= rowMm ? [1, 0] : [0, 1];
  const across: Point = [-along[1], along[0]];
  return measured({
    longestMm: distance + pixelAlong(along, rowMm, columnMm) / 2,
    perpendicularMm: longestChordAcross(hull, along) + pixelAlong(across, rowMm, columnMm) / 2,
    uncertaintyMm: pixelAlong(along, rowMm, columnMm) / 2,
    from: [from[0] / columnMm, from[1] / rowMm], to: [to[0] / columnMm, to[1] / rowMm],
  });
}

/** How large a pixel is in a direction, mm: its side along an axis, and between the two elsewhere. */
const pixelAlong = ([x, y]: Point, rowMm: number, columnMm: number): number => Math.hypot(x * columnMm, y * rowMm);

/** The first and last pixel inside of every row: no other can be a corner of the hull. */
function rowEnds({ rows, columns, values }: PlaneMask): Point[] {
  const ends: Point[] = [];
  for (let y = 0; y < rows; y++) {
    let [first, last] = [-1, -1];
    for (let x = 0; x < columns; x++) {
      if (!values[y * columns + x]) continue;
      if (first < 0) first = x;
      last = x;
    }
    if (first >= 0) ends.push([first, y]);
    if (last > first) ends.push([last, y]);
  }
  return ends;
}
