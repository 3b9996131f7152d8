/** What decides an instance's place in its series. */
export interface Placed {
  readonly sopInstanceUid: string;
  readonly instanceNumber: number | null;
  /** Image Position (Patient), mm. */
  readonly position: readonly [number, number, number] | null;
  /** Image Orientation (Patient): direction cosines of the row, then of the column. */
  readonly orientation: readonly [number, number, number, number, number, number] | null;
}

type Vector = readonly [number, number, number];

/** cos 2.5 degrees: slices tilted against each other further than this are no stack. */
const PARALLEL = 0.999;

/** Row cosines x column cosines: along the normal of a slice, of length 1 when the two are perpendicular (PS3.3 C.7.6.2.1.1). */
export function normalOf(orientation: NonNullable<Placed['orientation']>): Vector {
  const [a, b, c, d, e, f] = orientation;
  return [b * f - c * e, c * d - a * f, a * e - b * d];
}

function dot(p: Vector, q: Vector): number {
  return p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
}

function length(vector: Vector): number {
  return Math.sqrt(dot(vector, vector));
}

/** The common normal of a stack of parallel slices, or `null` when the instances are not one. */
function stackNormal(instances: readonly Placed[]): Vector | null {
  const first = instances[0]?.orientation;
  if (!first) return null;
  const normal = normalOf(first);
  const size = length(normal);
  if (size < 0.5) return null;
  const isStack = instances.every((instance) => {
    if (!instance.position || !instance.orientation) return false;
    const other = normalOf(instance.orientation);
    return dot(normal, other) >= PARALLEL * size * length(other);
  });
  return isStack ? normal : null;
}

/** The slices of a stack with their place along its normal, mm, ascending; `null` when the instances are not one stack of parallel slices. */
export function slicesInPlace<T extends Placed>(instances: readonly T[]): { readonly slice: T; readonly placeMm: number }[] | null {
  const normal = stackNormal(instances);
  if (!normal) return null;
  const size = length(normal);
  return instances.map((slice) => ({ slice, placeMm: slice.position ? dot(normal, slice.position) / size : 0 })).sort((a, b) => a.placeMm - b.placeMm);
}

/** Where each slice of a stack lies along its normal, as `slicesInPlace` says. */
export function slicePlaces(instances: readonly Placed[]): number[] | null {
  return slicesInPlace(instances)?.map(({ placeMm }) => placeMm) ?? null;
}

function byNumber(a: Placed, b: Placed): number {
  const difference = (a.instanceNumber ?? Number.MAX_SAFE_INTEGER) - (b.instanceNumber ?? Number.MAX_SAFE_INTEGER);
  if (difference !== 0) return difference;
  return a.sopInstanceUid < b.sopInstanceUid ? -1 : Number(a.sopInstanceUid > b.sopInstanceUid);
}

/**
 * A series in display order: along the normal of its slices (PS3.3 C.7.6.2.1.1) when every one has a position and they
 * are parallel, else by Instance Number. Equal places (phases, echoes) by number; always the same whatever came first.
 */
export function inDisplayOrder<T extends Placed>(instances: readonly T[]): T[] {
  const normal = instances.length > 1 ? stackNormal(instances) : null;
  if (!normal) return [...instances].sort(byNumber);
  const place = (instance: T): number => (instance.position ? dot(normal, instance.position) : 0);
  return [...instances].sort((a, b) => {
    const difference = place(a) - place(b);
    return Math.abs(difference) > 1e-4 ? difference : byNumber(a, b);
  });
}
