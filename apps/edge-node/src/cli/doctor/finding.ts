import type { EdgeEnv } from '../../env.ts';

export interface Finding {
  readonly level: 'ok' | 'warn' | 'fail';
  readonly what: string;
  /** What to do; null when nothing is to be done. */
  readonly remedy: string | null;
}

/** Looks at one thing. Never throws for what it finds; bounded in time. */
export type Check = (env: EdgeEnv) => Promise<readonly Finding[]>;

export const ok = (what: string): Finding => ({ level: 'ok', what, remedy: null });
export const warn = (what: string, remedy: string): Finding => ({ level: 'warn', what, remedy });
export const fail = (what: string, remedy: string): Finding => ({ level: 'fail', what, remedy });
