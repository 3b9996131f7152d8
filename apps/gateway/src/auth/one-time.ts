import { createHash, randomInt } from 'node:crypto';

/** sha256, hex. For secrets of 80 random bits and more, which need no slow hash: nobody guesses them. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Random characters of `alphabet` in groups that can be read out: `ab2-9xk-...`. */
export function randomGroups(alphabet: string, groups: number, length: number): string {
  const group = (): string => Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
  return Array.from({ length: groups }, group).join('-');
}

/** Crockford's alphabet: read aloud and typed without doubt. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUPS = 4;
const GROUP_LENGTH = 4;

/** A code a person types, 80 random bits: `7KQ2-M9XA-0RTC-HV3D`. */
export function makeCode(): string {
  return randomGroups(ALPHABET, GROUPS, GROUP_LENGTH);
}
