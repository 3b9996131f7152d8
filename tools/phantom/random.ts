import { createHash } from 'node:crypto';
import { seededRandom } from '@readroom/shared/seeded-random';

/** A seeded source of chance: the same seed and name give the same numbers on every machine. */
export type Random = {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Normal, mean 0, standard deviation 1. */
  normal(): number;
};

export function createRandom(seed: string): Random {
  const next = seededRandom(createHash('sha256').update(seed).digest().readUInt32LE(0));
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

/** A UID under 2.25 (PS3.5 B.2): a 128-bit number made from the seed and a name. */
export function uidFrom(seed: string, name: string): string {
  const hex = createHash('sha256').update(`${seed}/${name}`).digest('hex').slice(0, 32);
  return `2.25.${BigInt(`0x${hex}`)}`;
}
