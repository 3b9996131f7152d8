/** Child of the kill test: puts studies one after another and prints each one's number once `put` resolved. */
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { makeTestKeys } from '../../testing/test-keys.ts';
import { openOutbox } from '../outbox.ts';
import { received } from './bodies.ts';

const [file = '', start = '0'] = process.argv.slice(2);
const outbox = openOutbox({ file, clock: () => Date.now(), makeId: randomUUID, keys: makeTestKeys(dirname(file)) });
for (let first = Number(start); ; first += 5) {
  // Five at a time, so that the kill falls into groups as well as between them.
  await Promise.all([0, 1, 2, 3, 4].map(async (n) => {
    await outbox.put(received(`1.2.${first + n}`));
    process.stdout.write(`${first + n}\n`);
  }));
}
