import { z } from 'zod';

/** Media type of an upload that says why there are no bytes. */
export const REFUSAL_MEDIA_TYPE = 'application/vnd.readroom.refusal+json';

/** Why the edge can't give an image, in words for the person who waits for it; never patient data. */
export const refusalSchema = z.object({
  code: z.enum(['not-at-edge', 'no-such-frame', 'unsupported-image', 'damaged-image', 'busy', 'failed']),
  message: z.string().min(1).max(300),
});
export type Refusal = z.infer<typeof refusalSchema>;

/** Path of the upload on the gateway; `Authorization` holds the ticket signed by the node (`wire/auth.ts`). */
export function uploadPath(ticket: string): string {
  return `/edge/uploads/${encodeURIComponent(ticket)}`;
}
