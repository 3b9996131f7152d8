import type { Statistic } from './samples.ts';

/** A figure with its 95 % interval. `value` is null where it is not defined, the bounds where no interval can be had. */
export type Estimate = { readonly value: number | null; readonly low: number | null; readonly high: number | null; /** Cases it is of. */ readonly n: number };

export type BootstrapOptions = { readonly groupCount: number; readonly draws: number; /** Uniform in [0, 1). */ readonly random: () => number };

export const MOST_DRAWS = 10_000;
/** A statistic that most samples leave undefined (few positives) has no interval worth printing. */
const LEAST_DEFINED = 0.5;

export type Measured = { readonly statistic: Statistic; readonly n: number };

/**
 * Every statistic with the 2.5 and 97.5 percentiles of its bootstrap (Efron 1979). Whole groups are drawn with replacement,
 * never single images of one patient, and all statistics see the same samples. One group alone has no interval.
 * Throws RangeError past MOST_DRAWS.
 */
export function estimates<K extends string>(measured: Readonly<Record<K, Measured>>, { groupCount, draws, random }: BootstrapOptions): Record<K, Estimate> {
  if (!(draws >= 1 && draws <= MOST_DRAWS)) throw new RangeError(`draws must be 1 to ${MOST_DRAWS}`);
  const names = Object.keys(measured) as K[];
  const values = new Map<K, number[]>(names.map((name) => [name, []]));
  const weights = new Float64Array(groupCount);
  for (let draw = 0; draw < draws && groupCount > 1; draw++) {
    weights.fill(0);
    for (let i = 0; i < groupCount; i++) {
      const at = Math.floor(random() * groupCount);
      weights[at] = (weights[at] ?? 0) + 1;
    }
    for (const name of names) {
      const value = measured[name].statistic(weights);
      if (value !== null) values.get(name)?.push(value);
    }
  }
  const once = new Float64Array(groupCount).fill(1);
  return Object.fromEntries(names.map((name) => {
    const { statistic, n } = measured[name];
    const drawn = values.get(name) ?? [];
    const enough = drawn.length > 0 && drawn.length >= LEAST_DEFINED * draws;
    const ordered = Float64Array.from(drawn).sort();
    return [name, { value: statistic(once), low: enough ? percentile(ordered, 0.025) : null, high: enough ? percentile(ordered, 0.975) : null, n }];
  })) as Record<K, Estimate>;
}

/** Linear between order statistics (type 7 of Hyndman and Fan 1996, numpy's own). */
export function percentile(ordered: ArrayLike<number>, share: number): number {
  const at = share * (ordered.length - 1);
  const below = ordered[Math.floor(at)] ?? Number.NaN;
  return below + (at - Math.floor(at)) * ((ordered[Math.ceil(at)] ?? below) - below);
}
