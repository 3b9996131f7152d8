import { z } from 'zod';
import { meansSchema, toldRoleSchema } from '../alert/communication.ts';
import { uidSchema } from '../dicom/uid.ts';
import { sideSchema } from '../finding/finding.ts';

/** Whose sign-in at the hospital's own page it was. */
const personSchema = z.object({ account: z.string().min(2).max(64), name: z.string().min(1).max(120) });

/** What was communicated (AL9), without the trimming of a form: a transform would not be seen by the version's hash. */
const saidOnWireSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('told'), name: z.string().max(120), role: toldRoleSchema, means: meansSchema, at: z.number().int(), words: z.string().max(500), readBack: z.boolean(), reason: z.string().max(200) }),
  z.object({ outcome: z.literal('not-needed'), reason: z.string().max(200) }),
]);

/**
 * AL7: somebody acknowledged a critical result at the hospital's own page, which the gateway had not acknowledged. Whole, and sent
 * again whole when a communication follows. It names the alert by its identity (AL8) and may come before the result itself.
 * From version 9 on.
 */
export const alertAcknowledgedSchema = z.object({
  type: z.literal('alert-acknowledged'),
  study: z.object({ studyUid: uidSchema }),
  findingCode: z.string().min(1).max(64),
  side: sideSchema.nullable(),
  /** `at`: edge clock, ms since epoch, of the act. */
  acknowledgement: z.object({ id: z.uuid(), by: personSchema, at: z.number().int() }),
  communication: z.object({ id: z.uuid(), by: personSchema, at: z.number().int(), said: saidOnWireSchema }).nullable(),
});
export type AlertAcknowledged = z.infer<typeof alertAcknowledgedSchema>;
