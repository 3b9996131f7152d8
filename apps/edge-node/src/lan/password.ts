import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';

/** Of scrypt (RFC 7914 section 2). */
export interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** OWASP's cost for scrypt: 128 MiB and some hundred milliseconds a try. */
export const COST: Cost = { N: 2 ** 17, r: 8, p: 1 };

const KEY_BYTES = 32;
const SALT_BYTES = 16;

/** Without the letters and digits that are mistaken for one another on paper. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

/** About 98 bits, in groups that can be read out. Shown once, to whoever hands it over. */
export function temporaryPassword(): string {
  return Array.from({ length: 4 }, () => Array.from({ length: 5 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')).join('-');
}

export const LEAST_PASSWORD = 12;
export const MOST_PASSWORD = 200;

/** `scrypt$N$r$p$salt$key`, the last two base64url: one of an earlier cost stays good. */
export async function hashPassword(password: string, cost: Cost = COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return textOf(cost, salt, await derive(password, salt, cost));
}

/** A hash that nothing matches: whoever names no account waits as long as others. */
export function nobodysHash(cost: Cost): string {
  return textOf(cost, Buffer.alloc(SALT_BYTES), Buffer.alloc(KEY_BYTES));
}

function textOf({ N, r, p }: Cost, salt: Buffer, key: Buffer): string {
  return ['scrypt', N, r, p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

export async function matches(password: string, hash: string): Promise<boolean> {
  const [, N, r, p, salt = '', key = ''] = hash.split('$');
  const kept = Buffer.from(key, 'base64url');
  const derived = await derive(password, Buffer.from(salt, 'base64url'), { N: Number(N), r: Number(r), p: Number(p) });
  return kept.length === derived.length && timingSafeEqual(kept, derived);
}

function derive(password: string, salt: Buffer, cost: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, KEY_BYTES, { ...cost, maxmem: 256 * 1024 * 1024 }, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
