import type { AlertCall } from '@readroom/shared/alert/alert';

const ROLES = { primary: 'residents and attendings', backup: 'attendings', end: 'everybody' } as const;

/** Whom a step asked: people by name, or everybody of its roles. */
export function askedText({ level, asked }: Pick<AlertCall, 'level' | 'asked'>): string {
  return asked === null ? ROLES[level] : asked.map(({ name }) => name).join(', ');
}

/** `Primary`, `End, repeated (3)`. */
export function callText(name: string): string {
  if (name === 'path-broken') return 'Alert path broken';
  if (name === 'path-mended') return 'Alert path mended';
  const repeat = /^end:(\d+)$/.exec(name)?.[1];
  if (repeat !== undefined) return `End, repeated (${repeat})`;
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** Whom the newest step of an open alert asked, for a line beside it; empty when nothing was recorded. */
export function latestAskedText(calls: readonly AlertCall[]): string {
  const latest = calls.at(-1);
  return latest ? `calls ${askedText(latest)}` : '';
}
