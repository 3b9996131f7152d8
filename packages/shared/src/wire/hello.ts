import { z } from 'zod';

/** First call on a link: who is speaking, in which version, and what time it believes it is. */
export const helloSchema = z.object({
  v: z.number().int(),
  software: z.string().max(64),
  nodeEpoch: z.uuid(),
  /** Edge clock, ms since epoch, at sending; the gateway corrects receivedAt by the difference. */
  clock: z.number().int(),
  providers: z.array(z.string().max(32)).max(8),
  models: z.array(z.object({ id: z.string().max(64), version: z.string().max(32), sha256: z.string().length(64) })).max(64),
});
export type Hello = z.infer<typeof helloSchema>;

export const welcomeSchema = z.object({
  v: z.number().int(),
  nodeId: z.string(),
  organisation: z.string(),
  /** Gateway clock, ms since epoch. */
  clock: z.number().int(),
});
export type Welcome = z.infer<typeof welcomeSchema>;

/** Sent every few seconds while the link is up: what IT and the admin see of the node. Counts only, no patient data. */
export const nodeStatusSchema = z.object({
  clock: z.number().int(),
  outboxDepth: z.number().int().min(0),
  oldestQueuedAt: z.number().int().nullable(),
  studiesInFlight: z.number().int().min(0),
  diskFreeBytes: z.number().min(0),
  provider: z.string().max(32).nullable(),
  /** The last head of the hospital's audit chain this node was told: a witness outside the database (law TN2). */
  auditHead: z.object({ seq: z.number().int().min(0), hash: z.string().length(64) }).nullish(),
});
export type NodeStatus = z.infer<typeof nodeStatusSchema>;
