import { z } from 'zod';
import { reportStateSchema } from './report.ts';

/**
 * The collaboration socket speaks y-websocket (message types 0 sync, 1 awareness, 2 auth, 3 query awareness) at
 * `/collab/<reportId>` and two messages of our own, a type number followed by a JSON string (lib0 encoding):
 *
 *   client --sync step 2 | update--> gateway          the client numbers them 1, 2, 3 ... on each connection
 *   client <--stored { upTo, outcome }-- gateway      after the commit, never before (RP5)
 *   client <--status { state, access, frozen }-- gateway   at the join and at every change
 */
export const COLLAB_PATH = '/collab/';
export const MESSAGE_STORED = 100;
export const MESSAGE_STATUS = 101;

export const storedSchema = z.object({
  /** The client's sync messages up to this one are safe. */
  upTo: z.number().int().min(1),
  /** `quarantined`: the report had been signed; the edit is kept as a proposed addendum. */
  outcome: z.enum(['stored', 'quarantined']),
});
export type Stored = z.infer<typeof storedSchema>;

export const frozenSchema = z.object({ by: z.string(), name: z.string(), until: z.number().int() });
export type Frozen = z.infer<typeof frozenSchema>;

export const collabStatusSchema = z.object({
  state: reportStateSchema,
  access: z.enum(['edit', 'read']),
  /** Somebody is signing: others' edits wait at the gateway until then (ms since epoch, gateway clock). */
  frozen: frozenSchema.nullable(),
  /** Another number than before: versions or late edits changed, ask for them again. */
  changes: z.number().int(),
  /** Gateway clock when this was sent, so that a page whose clock is off counts down right. */
  at: z.number().int(),
});
export type CollabStatus = z.infer<typeof collabStatusSchema>;

/** How long a signer may hold the pen. */
export const FREEZE_MS = 60_000;
