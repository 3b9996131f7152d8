import type { ImageHeader } from './header.ts';

/** The unit normal of a slice: row cosines x column cosines (PS3.3 C.7.6.2.1.1). */
export function normalOf(orientation: readonly number[]): [number, number, number] {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = orientation;
  const cross: [number, number, number] = [b * f - c * e, c * d - a * f, a * e - b * d];
  const length = Math.hypot(...cross) || 1;
  return [cross[0] / length, cross[1] / length, cross[2] / length];
}

/** Along the normal (down to up through the head), or by InstanceNumber where an image has no position. */
export function sortSlices<T extends { readonly header: ImageHeader }>(slices: readonly T[]): T[] {
  const reference = slices[0]?.header.orientation;
  const placed = reference !== undefined && slices.every(({ header }) => header.position);
  const normal = placed ? normalOf(reference) : undefined;
  const height = ({ header: { position } }: T): number => (normal && position ? normal.reduce((sum, n, i) => sum + n * (position[i] ?? 0), 0) : 0);
  return [...slices].sort((a, b) => height(a) - height(b) || a.header.instanceNumber - b.header.instanceNumber
    || (a.header.sopInstanceUid < b.header.sopInstanceUid ? -1 : 1));
}
