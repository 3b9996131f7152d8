import { randomGroups } from './one-time.ts';

/** Without the letters and digits that are mistaken for one another on paper. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 4;
const GROUP_LENGTH = 5;

/** About 98 bits, in groups that can be read out: `k7mwp-2hx9d-...`. Shown once to the administrator who hands it over. */
export function temporaryPassword(): string {
  return randomGroups(ALPHABET, GROUPS, GROUP_LENGTH);
}
