import { z } from 'zod';
import { alertAcknowledgedSchema } from './alert-acknowledged.ts';
import { lanAuditSchema } from './lan-audit.ts';
import { studyAnalysedSchema } from './study-analysed.ts';
import { priorFetchedSchema, priorReceivedSchema } from './prior-fetched.ts';
import { studyDeletedSchema } from './study-deleted.ts';
import { studyPriorsSchema } from './study-priors.ts';
import { studyReceivedSchema } from './study-received.ts';

/** Everything an edge node says durably. Each message is acknowledged only after the gateway's commit. */
export const edgeUpBodySchema = z.discriminatedUnion('type', [studyReceivedSchema, studyAnalysedSchema, studyPriorsSchema, priorReceivedSchema, priorFetchedSchema, studyDeletedSchema, alertAcknowledgedSchema, lanAuditSchema]);
export type EdgeUpBody = z.infer<typeof edgeUpBodySchema>;

export const edgeUpSchema = z.object({
  v: z.number().int(),
  /** UUID: the message's identity for at-least-once delivery. */
  id: z.uuid(),
  /** A new one for each life of the node's store; with `seq` it orders what the node says of one study. */
  nodeEpoch: z.uuid(),
  seq: z.number().int().min(1),
  /** Edge clock, ms since epoch, when the message entered the outbox. */
  queuedAt: z.number().int(),
  /** W3C Trace Context. */
  traceparent: z.string().max(64).nullable(),
  body: edgeUpBodySchema,
});
export type EdgeUp = z.infer<typeof edgeUpSchema>;

/** `duplicate` is as good as `applied`. `refused` is final: the edge parks the message and says so; it never retries it. */
export const edgeAckSchema = z.object({
  id: z.uuid(),
  outcome: z.enum(['applied', 'duplicate', 'refused']),
  code: z.string().max(64).nullable(),
});
export type EdgeAck = z.infer<typeof edgeAckSchema>;
