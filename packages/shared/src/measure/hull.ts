/** A point in a plane, mm. */
export type Point = readonly [x: number, y: number];

/** Twice the area of the triangle, positive when the turn a-b-c is to the left. */
const turn = (a: Point, b: Point, c: Point): number => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

/** The convex hull, counter-clockwise, without points on its edges (Andrew 1979). Points on one line give its two ends. */
export function convexHull(points: readonly Point[]): Point[] {
  const ordered = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  if (ordered.length < 3) return ordered;
  const lower = chain(ordered);
  const upper = chain(ordered.reverse());
  return [...lower.slice(0, -1), ...upper.slice(0, -1)];
}

function chain(ordered: readonly Point[]): Point[] {
  const hull: Point[] = [];
  for (const point of ordered) {
    while (hull.length >= 2) {
      const [before, last] = [hull.at(-2), hull.at(-1)];
      if (!before || !last || turn(before, last, point) > 0) break;
      hull.pop();
    }
    hull.push(point);
  }
  return hull;
}

/** The two points of the hull farthest apart; the first found where several pairs are. */
export function farthestPair(hull: readonly Point[]): { readonly from: Point; readonly to: Point; readonly distance: number } | null {
  const [first] = hull;
  if (!first) return null;
  let best = { from: first, to: first, distance: 0 };
  for (const [i, from] of hull.entries()) {
    for (const to of hull.slice(i + 1)) {
      const distance = Math.hypot(to[0] - from[0], to[1] - from[1]);
      if (distance > best.distance) best = { from, to, distance };
    }
  }
  return best;
}

/** The longest chord of the hull perpendicular to `direction` (a unit vector): along a convex shape it is greatest level with a corner. */
export function longestChordAcross(hull: readonly Point[], direction: Point): number {
  const placed = hull.map(([x, y]) => ({ along: x * direction[0] + y * direction[1], across: y * direction[0] - x * direction[1] }));
  return Math.max(0, ...placed.map(({ along }) => {
    const crossings = placed.flatMap((from, i) => {
      const to = placed[(i + 1) % placed.length] ?? from;
      const span = to.along - from.along;
      const share = span === 0 ? 0 : (along - from.along) / span;
      // An edge that lies level gives both its ends, each as the start of an edge.
      if (span === 0) return from.along === along ? [from.across, to.across] : [];
      return share >= -1e-9 && share <= 1 + 1e-9 ? [from.across + share * (to.across - from.across)] : [];
    });
    return crossings.length > 0 ? Math.max(...crossings) - Math.min(...crossings) : 0;
  }));
}
