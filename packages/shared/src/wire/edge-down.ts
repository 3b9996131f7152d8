import { z } from 'zod';
import { uidSchema } from '../dicom/uid.ts';

const imageRef = {
  studyUid: uidSchema,
  seriesUid: uidSchema,
};

/**
 * What the gateway wants of an image. The answer is an HTTPS POST of the bytes to `/edge/uploads/<ticket>` with the media type of
 * one part (PS3.18 section 8.7.3), or of a refusal (`wire/upload.ts`) when there is no such image or it can't be given.
 */
export const fetchImageSchema = z.object({
  type: z.literal('fetch-image'),
  /** One-time, names the gateway instance whose browser waits. */
  ticket: z.string().min(16).max(128),
  /** Gateway clock after which nobody waits any more. */
  expiresAt: z.number().int(),
  want: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('frame'),
      ...imageRef,
      sopInstanceUid: uidSchema,
      frameNumber: z.number().int().min(1),
      /** `stored`: the frame as it is held, where a browser can decode it; `explicit-le`: always uncompressed, little endian. */
      encoding: z.enum(['stored', 'explicit-le']),
    }),
    z.object({
      kind: z.literal('rendered'),
      ...imageRef,
      sopInstanceUid: uidSchema,
      frameNumber: z.number().int().min(1),
      /** Longest side of the answer in pixels. */
      maxSize: z.number().int().min(16).max(4096),
      format: z.enum(['jpeg', 'png']),
    }),
    z.object({ kind: z.literal('metadata'), ...imageRef }),
    z.object({ kind: z.literal('instance'), ...imageRef, sopInstanceUid: uidSchema }),
  ]),
});
export type FetchImage = z.infer<typeof fetchImageSchema>;

export const cancelFetchSchema = z.object({ type: z.literal('cancel-fetch'), ticket: z.string().max(128) });
export type CancelFetch = z.infer<typeof cancelFetchSchema>;

/** Asked by a person or a program: analyse (again) what is held. */
export const analyseStudySchema = z.object({
  type: z.literal('analyse-study'),
  requestId: z.uuid(),
  studyUid: uidSchema,
  /** Null: every model that takes the study. */
  modelId: z.string().max(64).nullable(),
});
export type AnalyseStudy = z.infer<typeof analyseStudySchema>;

export const cancelAnalysisSchema = z.object({ type: z.literal('cancel-analysis'), studyUid: uidSchema, modelId: z.string().max(64).nullable() });
export type CancelAnalysis = z.infer<typeof cancelAnalysisSchema>;

/** Have the PACS `source` send a prior to the node (C-MOVE). The first answer says whether it is under way; `prior-fetched` how it ended. */
export const fetchPriorSchema = z.object({ type: z.literal('fetch-prior'), requestId: z.uuid(), studyUid: uidSchema, source: z.string().max(16) });
export type FetchPrior = z.infer<typeof fetchPriorSchema>;

/** The head of the hospital's audit chain, kept by the node so that an edited database is found out (law TN2). */
export const auditHeadSchema = z.object({
  type: z.literal('audit-head'),
  seq: z.number().int().min(0),
  hash: z.string().length(64),
  sealedAt: z.number().int(),
});
export type AuditHead = z.infer<typeof auditHeadSchema>;

/** Law AL6: put one synthetic critical result (alert/canary-result) into the outbox, as a model's own. From version 6 on. */
export const canarySchema = z.object({
  type: z.literal('canary'),
  runId: z.uuid(),
  /** Known to the gateway and this node alone. */
  token: z.string().length(64),
  /** Gateway clock after which nobody waits any more. */
  expiresAt: z.number().int(),
});
export type CanaryCommand = z.infer<typeof canarySchema>;

/** Everything a gateway asks of an edge node, down the node's own socket. */
export const edgeDownSchema = z.discriminatedUnion('type', [
  fetchImageSchema,
  cancelFetchSchema,
  analyseStudySchema,
  cancelAnalysisSchema,
  fetchPriorSchema,
  auditHeadSchema,
  canarySchema,
]);
export type EdgeDown = z.infer<typeof edgeDownSchema>;

/** The edge's answer to `analyse-study` and `fetch-prior`: whether it will do it, or what stands in the way. */
export const analyseAnswerSchema = z.object({ requestId: z.uuid(), outcome: z.enum(['queued', 'not-at-edge', 'no-model', 'at-node', 'unknown-source', 'disk-low', 'busy']) });
export type AnalyseAnswer = z.infer<typeof analyseAnswerSchema>;

/** The edge's answer to `canary`: it is durable in the outbox, or the code of what kept it out. */
export const canaryAnswerSchema = z.object({
  runId: z.uuid(),
  /** Edge clock, ms since epoch. */
  at: z.number().int(),
  code: z.string().max(64).nullable(),
});
export type CanaryAnswer = z.infer<typeof canaryAnswerSchema>;
