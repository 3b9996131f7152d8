import { z } from 'zod';

/** What somebody did at the hospital's own page, for the hospital's audit (TN2). From version 9 on. */
export const lanAuditSchema = z.object({
  type: z.literal('lan-audit'),
  id: z.uuid(),
  account: z.string().min(2).max(64),
  /** `view`: looked at the node's list; written once an hour a person, as the gateway does. */
  deed: z.enum(['sign-in', 'view', 'password']),
  /** Edge clock, ms since epoch. */
  at: z.number().int(),
});
export type LanAudit = z.infer<typeof lanAuditSchema>;
