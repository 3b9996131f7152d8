/** Pictures of one series that are looked at. */
const STILLS = 4;
const SLICES = 5;
/** The ends of a stack show little and look spoiled by nature. */
const MIDDLE = { from: 0.2, to: 0.8 } as const;

/** Some of a series, evenly through its middle where it is a stack; all of a few. */
export function sampled<T>(images: readonly T[], isStack: boolean): T[] {
  const wanted = isStack ? SLICES : STILLS;
  if (images.length <= wanted) return [...images];
  const { from, to } = isStack ? MIDDLE : { from: 0, to: 1 };
  const places = Array.from({ length: wanted }, (_, i) => Math.round((images.length - 1) * (from + ((to - from) * i) / (wanted - 1))));
  return [...new Set(places)].flatMap((place) => images[place] ?? []);
}

/** The middle one of some numbers, the greater of two middle ones; 0 of none. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
