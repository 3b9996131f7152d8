import type { Box, Mark } from '@readroom/shared/finding/finding';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * From stored pixels to the screen: `screen = origin + x * right + y * down`. Pixel coordinates have their origin at the
 * centre of the top left pixel, as marks do. Rotation, flip, zoom and pan are all in it.
 */
export interface Affine {
  readonly origin: Point;
  readonly right: Point;
  readonly down: Point;
}

/** Three pixels and where they are on the screen give the whole map. */
export function affineFrom(toScreen: (pixel: Point) => Point): Affine {
  const origin = toScreen({ x: 0, y: 0 });
  const right = toScreen({ x: 1, y: 0 });
  const down = toScreen({ x: 0, y: 1 });
  return { origin, right: { x: right.x - origin.x, y: right.y - origin.y }, down: { x: down.x - origin.x, y: down.y - origin.y } };
}

export function apply({ origin, right, down }: Affine, { x, y }: Point): Point {
  return { x: origin.x + x * right.x + y * down.x, y: origin.y + x * right.y + y * down.y };
}

function cornersOf(box: Box): Point[] {
  const { x, y, width, height } = box;
  return [
    { x, y },
    { x: x + width, y },
    { x: x + width, y: y + height },
    { x, y: y + height },
  ];
}

function outlineOf(flat: readonly number[]): Point[] {
  const points: Point[] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) points.push({ x: flat[index] ?? 0, y: flat[index + 1] ?? 0 });
  return points;
}

/** The closed outline of a mark on the screen: its box, where the classifier looked, or the edge of what was segmented. */
export function screenOutline(mark: Mark, affine: Affine): Point[] {
  const outline = mark.kind !== 'box' && mark.outline !== undefined && mark.outline.length >= 6 ? outlineOf(mark.outline) : cornersOf(mark.box);
  return outline.map((point) => apply(affine, point));
}

export function pathOf(points: readonly Point[]): string {
  if (points.length === 0) return '';
  return `M${points.map((point) => `${round(point.x)} ${round(point.y)}`).join('L')}Z`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Above the mark's highest corner, kept inside the viewport. */
export function labelPlace(points: readonly Point[], viewport: { readonly width: number; readonly height: number }, label: { readonly width: number; readonly height: number }): Point {
  const left = Math.min(...points.map((point) => point.x));
  const top = Math.min(...points.map((point) => point.y));
  return {
    x: Math.max(2, Math.min(left, viewport.width - label.width - 2)),
    y: Math.max(2, Math.min(top - label.height - 4, viewport.height - label.height - 2)),
  };
}

/** The marks of one shown frame. */
export function marksOn<T extends { readonly marks: readonly Mark[] }>(findings: readonly T[], sopInstanceUid: string, frameNumber: number): { finding: T; mark: Mark }[] {
  return findings.flatMap((finding) => finding.marks.filter((mark) => mark.sopInstanceUid === sopInstanceUid && mark.frameNumber === frameNumber).map((mark) => ({ finding, mark })));
}
