/** How burned-in calipers and letters are found and filled; lengths are half widths in pixels of a `size` x `size` picture. */
export type MarkMask = {
  readonly size: number;
  /** A bright structure no wider than twice this is thin. */
  readonly reach: number;
  /** How much brighter than what surrounds it a thin structure must be to count as a mark, grey 0..1. */
  readonly contrast: number;
  readonly border: number;
  readonly fill: number;
};

/**
 * Burned-in marks of an ultrasound still filled with what surrounds them. Calipers, dotted lines and letters are bright and thin; so are
 * some ligaments, and they go too, in training as here (`models/training/ultrasound.py`).
 */
export function withoutMarks(grey: Float64Array, { size, reach, contrast, border, fill }: MarkMask): Float64Array {
  const opened = extreme(extreme(grey, size, reach, Math.min), size, reach, Math.max);
  const thin = grey.map((value, i) => Number(value - (opened[i] ?? 0) > contrast));
  const marked = extreme(thin, size, border, Math.max);
  const kept = marked.map((value) => 1 - value);
  const count = boxSum(kept, size, fill);
  const sum = boxSum(grey.map((value, i) => value * (kept[i] ?? 0)), size, fill);
  return grey.map((value, i) => {
    if ((marked[i] ?? 0) === 0) return value;
    const among = count[i] ?? 0;
    return among > 0.5 ? (sum[i] ?? 0) / Math.max(among, 1) : opened[i] ?? 0;
  });
}

/** The greatest or least value within `reach` rows and columns; the edges see what there is. */
function extreme(values: Float64Array, size: number, reach: number, pick: (a: number, b: number) => number): Float64Array {
  return overBothAxes(values, (line) => line.map((_, i) => {
    let most = line[i] ?? 0;
    for (let k = Math.max(0, i - reach); k <= Math.min(size - 1, i + reach); k++) most = pick(most, line[k] ?? 0);
    return most;
  }), size);
}

/** Sum over the square within `reach` rows and columns, zero beyond the edge. */
function boxSum(values: Float64Array, size: number, reach: number): Float64Array {
  return overBothAxes(values, (line) => line.map((_, i) => {
    let sum = 0;
    for (let k = Math.max(0, i - reach); k <= Math.min(size - 1, i + reach); k++) sum += line[k] ?? 0;
    return sum;
  }), size);
}

/** `change` on every column, then on every row of the answer. */
function overBothAxes(values: Float64Array, change: (line: Float64Array) => Float64Array, size: number): Float64Array {
  const out = new Float64Array(values);
  for (let x = 0; x < size; x++) {
    const line = change(Float64Array.from({ length: size }, (_, y) => out[y * size + x] ?? 0));
    line.forEach((value, y) => {
      out[y * size + x] = value;
    });
  }
  for (let y = 0; y < size; y++) out.set(change(out.slice(y * size, (y + 1) * size)), y * size);
  return out;
}
