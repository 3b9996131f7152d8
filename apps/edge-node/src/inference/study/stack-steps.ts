/** A step this many times the series' usual one has a slice missing. */
const GAP = 1.5;
/** Closer than this, mm, two slices lie in one place. */
const SAME_PLACE_MM = 0.01;

export type StackSteps = {
  /** The median distance of neighbouring slices that lie apart, mm; 0 where none do. */
  readonly usualMm: number;
  /** Slices that lie in the place of another. */
  readonly doubles: number;
  /** Places where slices are missing. */
  readonly gaps: number;
};

/** How evenly slices follow each other. `places`: along the normal of the stack, mm, ascending. */
export function stackSteps(places: readonly number[]): StackSteps {
  const steps = places.slice(1).map((place, i) => place - (places[i] ?? place));
  const apart = steps.filter((step) => step >= SAME_PLACE_MM).sort((a, b) => a - b);
  const usualMm = apart[Math.floor((apart.length - 1) / 2)] ?? 0;
  return { usualMm, doubles: steps.length - apart.length, gaps: apart.filter((step) => step > GAP * usualMm).length };
}

export const doublesText = (doubles: number): string => `${doubles} slice${doubles === 1 ? ' lies' : 's lie'} in the place of another.`;
export const gapsText = (gaps: number): string => `Slices are missing in ${gaps} place${gaps === 1 ? '' : 's'} of the series.`;
