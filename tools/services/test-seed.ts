/** What the fault tests kill by when nobody asks for another: two runs of one tree kill at the same moments. */
const FIXED_SEED = 2_718_281;

/**
 * The seed of the tests that kill at a moment drawn by chance: `READROOM_SEED`, or a fixed one.
 * Throws where the variable holds no whole number of 0 to 4294967295.
 */
export function testSeed(environment: NodeJS.ProcessEnv = process.env): number {
  const text = environment['READROOM_SEED'] ?? '';
  if (text === '') return FIXED_SEED;
  const seed = Number(text);
  if (!/^\d+$/.test(text) || seed >= 2 ** 32) throw new Error(`READROOM_SEED is "${text}": it must be a whole number from 0 to 4294967295.`);
  return seed;
}
