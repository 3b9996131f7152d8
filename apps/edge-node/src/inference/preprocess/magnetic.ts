/** Grey levels that say which pixels the coil's field is fitted to. */
export type FieldFit = {
  /** Above it a pixel takes part in the first fit. */
  readonly tissue: number;
  /** Above it, and between `near` times the first field, in the second. */
  readonly bright: number;
  readonly near: readonly [number, number];
  /** What becomes white, in times of the field. */
  readonly range: number;
};

const TERMS = 6;
/** With fewer pixels there is nothing to fit a field to. */
const FEWEST_PIXELS = 64;
const RIDGE = 1e-6;

/**
 * Grey of a square MR slice with the coil's smooth brightening divided out: a quadratic in the logarithm, fitted twice so that what is
 * dark or bright by nature weighs nothing in the second. The same operations as `models/training/magnetic.py`.
 */
export function even(values: Float64Array, size: number, { tissue, bright, near, range }: FieldFit): Float64Array {
  const first = fitField(values, size, (i) => (values[i] ?? 0) > tissue);
  const field = fitField(values, size, (i) => {
    const ratio = (values[i] ?? 0) / (first[i] ?? 1);
    return ratio > near[0] && ratio < near[1] && (values[i] ?? 0) > bright;
  });
  return values.map((value, i) => Math.min(1, Math.max(0, value / (field[i] ?? 1) / range)));
}

/** exp of the quadratic that fits log(values) best, by least squares, over the chosen pixels. */
function fitField(values: Float64Array, size: number, chosen: (index: number) => boolean): Float64Array {
  const normal = Array.from({ length: TERMS }, () => new Float64Array(TERMS + 1));
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (!chosen(i)) continue;
    count += 1;
    const terms = termsAt(i, size);
    const wanted = Math.log(values[i] ?? 1);
    normal.forEach((row, a) => {
      for (let b = 0; b < TERMS; b++) row[b] = (row[b] ?? 0) + (terms[a] ?? 0) * (terms[b] ?? 0);
      row[TERMS] = (row[TERMS] ?? 0) + (terms[a] ?? 0) * wanted;
    });
  }
  if (count < FEWEST_PIXELS) return new Float64Array(values.length).fill(1);
  normal.forEach((row, a) => {
    row[a] = (row[a] ?? 0) + RIDGE;
  });
  const weights = solve(normal);
  return values.map((_, i) => Math.exp(termsAt(i, size).reduce((sum, term, k) => sum + term * (weights[k] ?? 0), 0)));
}

/** 1, x, y, xx, xy, yy on -1..1 between the centres of the outermost pixels. */
function termsAt(index: number, size: number): readonly number[] {
  const x = (2 * (index % size)) / (size - 1) - 1;
  const y = (2 * Math.floor(index / size)) / (size - 1) - 1;
  return [1, x, y, x * x, x * y, y * y];
}

/** Gauss-Jordan with row exchange on the augmented rows, which are changed. */
function solve(rows: Float64Array[]): number[] {
  rows.forEach((_, k) => {
    const below = rows.slice(k).map((row) => Math.abs(row[k] ?? 0));
    const pivot = k + below.indexOf(Math.max(...below));
    [rows[k], rows[pivot]] = [rows[pivot] ?? new Float64Array(), rows[k] ?? new Float64Array()];
    const chosen = rows[k];
    if (!chosen) return;
    const scale = chosen[k] ?? 1;
    chosen.forEach((value, c) => {
      chosen[c] = value / scale;
    });
    rows.forEach((row, r) => {
      if (r === k) return;
      const factor = row[k] ?? 0;
      row.forEach((value, c) => {
        row[c] = value - factor * (chosen[c] ?? 0);
      });
    });
  });
  return rows.map((row) => row.at(-1) ?? 0);
}
