/** Sides of a volume: slices, rows, columns (or D, H, W). */
export type Shape = readonly [number, number, number];
/** Values slice by slice, row by row. */
export type Volume = { readonly shape: Shape; readonly values: Float32Array };
export type Axis = 0 | 1 | 2;
/** For each axis of the answer, the axis it comes from and whether it runs the other way. */
export type Turn = readonly [AxisTurn, AxisTurn, AxisTurn];
type AxisTurn = { readonly from: Axis; readonly flipped: boolean };
type Vector = readonly [number, number, number];

export const STORED: Turn = [{ from: 0, flipped: false }, { from: 1, flipped: false }, { from: 2, flipped: false }];
/** D, H and W in the patient's coordinates (left, back, head). */
const TARGETS: Readonly<Record<'RAS' | 'LPS', readonly [Vector, Vector, Vector]>> = {
  RAS: [[0, 0, 1], [0, -1, 0], [-1, 0, 0]],
  LPS: [[0, 0, 1], [0, 1, 0], [1, 0, 0]],
};
const AXES: readonly Axis[] = [0, 1, 2];

/** The turn that brings slices, rows and columns, which point along `directions`, closest to the body's axes: an oblique volume stays oblique. */
export function turnTo(axes: 'RAS' | 'LPS' | 'stored', directions: readonly [Vector, Vector, Vector]): Turn {
  if (axes === 'stored') return STORED;
  const pairs = AXES.flatMap((to) => AXES.map((from) => ({ to, from, along: dot(TARGETS[axes][to], directions[from]) })))
    .sort((a, b) => Math.abs(b.along) - Math.abs(a.along));
  const chosen: (AxisTurn | undefined)[] = [undefined, undefined, undefined];
  const taken = new Set<Axis>();
  for (const { to, from, along } of pairs) {
    if (chosen[to] || taken.has(from)) continue;
    chosen[to] = { from, flipped: along < 0 };
    taken.add(from);
  }
  return [chosen[0] ?? STORED[0], chosen[1] ?? STORED[1], chosen[2] ?? STORED[2]];
}

export function inverseOf(turn: Turn): Turn {
  const back = (axis: Axis): AxisTurn => {
    const to = turn.findIndex(({ from }) => from === axis);
    return { from: AXES[to] ?? axis, flipped: turn[to]?.flipped ?? false };
  };
  return [back(0), back(1), back(2)];
}

export function turned(volume: Volume, turn: Turn): Volume {
  if (turn.every(({ from, flipped }, axis) => from === axis && !flipped)) return volume;
  const strides: Vector = [volume.shape[1] * volume.shape[2], volume.shape[2], 1];
  const shape: Shape = [volume.shape[turn[0].from], volume.shape[turn[1].from], volume.shape[turn[2].from]];
  const steps = turn.map(({ from, flipped }) => (flipped ? -strides[from] : strides[from]));
  const start = turn.reduce((sum, { from, flipped }) => sum + (flipped ? (volume.shape[from] - 1) * strides[from] : 0), 0);
  const [a = 0, b = 0, c = 0] = steps;
  const values = new Float32Array(volume.values.length);
  let to = 0;
  for (let i = 0; i < shape[0]; i++) {
    for (let j = 0; j < shape[1]; j++) {
      let from = start + i * a + j * b;
      for (let k = 0; k < shape[2]; k++, from += c) values[to++] = volume.values[from] ?? 0;
    }
  }
  return { shape, values };
}

/** Three numbers, one an axis, in the order of the turned volume. */
export const turnedTriple = (values: Vector, turn: Turn): [number, number, number] => [values[turn[0].from], values[turn[1].from], values[turn[2].from]];

export const voxelsOf = ([d, h, w]: Shape): number => d * h * w;

function dot(p: Vector, q: Vector): number {
  return p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
}
