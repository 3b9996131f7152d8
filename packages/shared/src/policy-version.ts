import { z } from 'zod';

/** One version of what a hospital decides for itself: who wrote it, when, and why. */
export const versionFields = z.object({
  version: z.number().int(),
  /** Why it was changed; empty for the first. */
  reason: z.string(),
  by: z.string(),
  /** ms since epoch. */
  at: z.number().int(),
});

/** What a change says besides the new policy. */
export const changeFields = z.object({
  /** The version that was looked at: another administrator may have been quicker. */
  basedOn: z.number().int(),
  reason: z.string().trim().min(3, 'Say why.').max(200),
});
