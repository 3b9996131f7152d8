import type { Aside } from '@readroom/shared/worklist/aside';
import { clockText } from '../../lib/time.ts';

/** `Aside, Dr A until 14:30: waits for priors`: who, until when, why, in the order that survives a narrow column. */
export function asideText({ author, until, note }: Aside): string {
  const who = until === null ? author.name : `${author.name} until ${clockText(until)}`;
  return `Aside, ${note === '' ? who : `${who}: ${note}`}`;
}
