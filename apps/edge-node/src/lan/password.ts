import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';

/** OWASP's cost for scrypt: 128 MiB and some hundred milliseconds a try. */
const COST = { N: 2 ** 17, r: 8, p: 1 } as const;
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

/** `scrypt$salt$key`, base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return ['scrypt', salt.toString('base64url'), (await derive(password, salt)).toString('base64url')].join('$');
}

/** A hash that nothing matches: whoever names no account waits as long as others. */
export const NOBODY = ['scrypt', Buffer.alloc(SALT_BYTES).toString('base64url'), Buffer.alloc(KEY_BYTES).toString('base64url')].join('$');

export async function matches(password: string, hash: string): Promise<boolean> {
  const [, salt = '', key = ''] = hash.split('$');
  const kept = Buffer.from(key, 'base64url');
  const derived = await derive(password, Buffer.from(salt, 'base64url'));
  return kept.length === derived.length && timingSafeEqual(kept, derived);
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, KEY_BYTES, { ...COST, maxmem: 256 * 1024 * 1024 }, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
