import { z } from 'zod';
import { HOUR_MS, MINUTE_MS } from '../clock.ts';

const ms = z.number().int().min(0);

/**
 * How one hospital orders its list. All amounts are integer milliseconds.
 * `allowanceMs` is how long a study of that class may wait before it is due; `creditMs` how much sooner an AI finding moves it.
 */
export const policySchema = z.object({
  version: z.number().int().min(1),
  allowanceMs: z.object({ stat: ms, emergency: ms, inpatient: ms, outpatient: ms, unclassed: ms }),
  creditMs: z.object({ critical: ms, urgent: ms, routine: ms }),
  /** Past this age an unread study calls the supervisor (PR4). */
  hardLimitMs: ms,
});
export type Policy = z.infer<typeof policySchema>;

export const DEFAULT_POLICY: Policy = {
  version: 1,
  allowanceMs: {
    stat: 30 * MINUTE_MS,
    emergency: HOUR_MS,
    inpatient: 4 * HOUR_MS,
    unclassed: 4 * HOUR_MS,
    outpatient: 24 * HOUR_MS,
  },
  creditMs: { critical: 4 * HOUR_MS, urgent: 2 * HOUR_MS, routine: 0 },
  hardLimitMs: 48 * HOUR_MS,
};

/** W of law PR4: inside a tier no study is overtaken by one received more than this many milliseconds later. */
export function overtakingBoundMs(policy: Policy): number {
  const allowances = Object.values(policy.allowanceMs);
  const spread = Math.max(...allowances) - Math.min(...allowances);
  return spread + Math.max(...Object.values(policy.creditMs));
}

/** PR4: past its hard limit a study nobody has reported calls the supervisor, because no order bounds waiting in overload. */
export function overdue(input: { readonly receivedAt: number; readonly hasPreliminaryReport: boolean }, policy: Policy, now: number): boolean {
  return !input.hasPreliminaryReport && now - input.receivedAt > policy.hardLimitMs;
}
