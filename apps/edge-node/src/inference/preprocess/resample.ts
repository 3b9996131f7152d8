/** A grey image, row-major. Arithmetic is float64 throughout, as in `models/training/preprocess.py`. */
export type GreyImage = { readonly rows: number; readonly columns: number; readonly values: Float32Array | Float64Array };

type Taps = { readonly first: number; readonly weights: readonly number[] };

/** For each output cell, the input cells it covers and how much of it each fills. */
function tapsOf(inside: number, outside: number): Taps[] {
  const ratio = inside / outside;
  return Array.from({ length: outside }, (_, i) => {
    const [start, end] = [i * ratio, (i + 1) * ratio];
    const first = Math.floor(start);
    const last = Math.min(inside, Math.ceil(end));
    const weights = Array.from({ length: last - first }, (_, k) => Math.max(0, Math.min(end, first + k + 1) - Math.max(start, first + k)) / ratio);
    return { first, weights };
  });
}

/** Area-average resampling to rows x columns; the aspect is not kept (the training images were squashed). */
export function areaResize(image: GreyImage, rows: number, columns: number): Float64Array {
  if (image.rows === rows && image.columns === columns) return new Float64Array(image.values);
  const narrow = shrinkColumns(image, tapsOf(image.columns, columns), columns);
  const out = new Float64Array(rows * columns);
  tapsOf(image.rows, rows).forEach(({ first, weights }, y) => {
    weights.forEach((weight, k) => {
      const from = (first + k) * columns;
      for (let x = 0; x < columns; x++) out[y * columns + x] = (out[y * columns + x] ?? 0) + weight * (narrow[from + x] ?? 0);
    });
  });
  return out;
}

/** Row by row, so that memory is read in order: by columns this is ten times slower on a large radiograph. */
function shrinkColumns({ rows, columns: inside, values }: GreyImage, taps: readonly Taps[], columns: number): Float64Array {
  const narrow = new Float64Array(rows * columns);
  const widest = Math.max(...taps.map(({ weights }) => weights.length));
  const firsts = Int32Array.from(taps, ({ first }) => first);
  const counts = Int32Array.from(taps, ({ weights }) => weights.length);
  const flat = Float64Array.from({ length: columns * widest }, (_, i) => taps[Math.floor(i / widest)]?.weights[i % widest] ?? 0);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const from = y * inside + (firsts[x] ?? 0);
      const count = counts[x] ?? 0;
      let sum = 0;
      for (let k = 0; k < count; k++) sum += (flat[x * widest + k] ?? 0) * (values[from + k] ?? 0);
      narrow[y * columns + x] = sum;
    }
  }
  return narrow;
}

export type Square = { readonly left: number; readonly top: number; readonly side: number };

/** The square cut out of the image, zero where it leaves it. */
export function cutSquare(image: GreyImage, { left, top, side }: Square): GreyImage {
  const values = new Float64Array(side * side);
  const [x0, x1] = [Math.max(0, left), Math.min(image.columns, left + side)];
  const [y0, y1] = [Math.max(0, top), Math.min(image.rows, top + side)];
  for (let y = y0; y < y1 && x1 > x0; y++) {
    values.set(image.values.subarray(y * image.columns + x0, y * image.columns + x1), (y - top) * side + x0 - left);
  }
  return { rows: side, columns: side, values };
}
