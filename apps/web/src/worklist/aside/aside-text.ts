import type { Aside } from '@readroom/shared/worklist/aside';
import { clockText } from '../../lib/time.ts';

/** `Aside: waits for priors · Dr A until 14:30`: why, who, until when, in the order that survives a narrow column. */
export function asideText({ author, until, note }: Aside): string {
  const who = until === null ? author.name : `${author.name} until ${clockText(until)}`;
  return note === '' ? `Aside · ${who}` : `Aside: ${note} · ${who}`;
}
