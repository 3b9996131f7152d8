import { z } from 'zod';

/** PS3.5 section 6.2.1: up to three component groups separated by `=`. Decoded text, markup and all: screens escape it. */
export const personNameSchema = z.object({
  alphabetic: z.string().max(324),
  ideographic: z.string().max(324).optional(),
  phonetic: z.string().max(324).optional(),
});
export type PersonName = z.infer<typeof personNameSchema>;

const GROUP_LIMIT = 324;

/** Control characters, and those that turn the direction of what follows: no part of a name (PS3.5 table 6.2-1), and they make one read as another. */
const UNREADABLE = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

export function parsePersonName(text: string): PersonName {
  const [alphabetic = '', ideographic = '', phonetic = ''] = text.replace(UNREADABLE, '').split('=').map((group) => group.trim().slice(0, GROUP_LIMIT));
  return {
    alphabetic,
    ...(ideographic ? { ideographic } : {}),
    ...(phonetic ? { phonetic } : {}),
  };
}

/** `FAMILY, Given Middle` as a list shows it: prefix and suffix left out, empty components too. */
export function displayName(name: PersonName): string {
  const shown = formatGroup(name.alphabetic) || formatGroup(name.ideographic ?? '') || formatGroup(name.phonetic ?? '');
  return shown || 'Name missing';
}

function formatGroup(group: string): string {
  const [family = '', given = '', middle = ''] = group.split('^').map((part) => part.trim());
  const rest = [given, middle].filter(Boolean).join(' ');
  return [family, rest].filter(Boolean).join(', ');
}
