/** Two masks of the same size, any value but 0 inside. Throws RangeError when the sizes differ. */
export type Mask = ArrayLike<number>;

/** Dice coefficient (1945), 2|A and B| / (|A| + |B|): 1 when the masks are equal; null when both are empty. */
export function dice(a: Mask, b: Mask): number | null {
  if (a.length !== b.length) throw new RangeError(`masks of ${a.length} and ${b.length} elements cannot be compared`);
  let [both, sum] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    const [inA, inB] = [Number(a[i] !== 0), Number(b[i] !== 0)];
    both += inA * inB;
    sum += inA + inB;
  }
  return sum > 0 ? (2 * both) / sum : null;
}
