import type { Hospital, HospitalTx } from '@readroom/db';

/** Tries of one transaction that met another one's lock or write; PostgreSQL undid it wholly, so trying again is safe. */
const MAX_ATTEMPTS = 5;
const TIMEOUT_MS = 15_000;

/** PostgreSQL appendix A, class 40: serialization failure and deadlock. Prisma's P2034 is the same, P2002 a row another transaction made first. */
const CONFLICTS = new Set(['40001', '40P01', 'P2034', 'P2002']);

/** `work` in one transaction of the hospital, repeated from the start after a conflict, at most five times in all. */
export async function inTransaction<T>(hospital: Hospital, work: (tx: HospitalTx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await hospital.client.$transaction(work, { timeout: TIMEOUT_MS, maxWait: TIMEOUT_MS });
    } catch (error) {
      if (attempt >= MAX_ATTEMPTS || !isConflict(error)) throw error;
    }
  }
}

export function isConflict(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 4) return false;
  if ('code' in error && typeof error.code === 'string' && CONFLICTS.has(error.code)) return true;
  if ('originalCode' in error && typeof error.originalCode === 'string' && CONFLICTS.has(error.originalCode)) return true;
  return 'cause' in error && isConflict(error.cause, depth + 1);
}
