import { z } from 'zod';
import { uidSchema } from '../dicom/uid.ts';
import { analysisReasonSchema, analysisRoleSchema, analysisStatusSchema, providerSchema, qualitySchema, scoreSchema, timingsSchema } from './analysis.ts';
import { boxSchema, findingSchema } from './finding.ts';

export const feedbackVerdictSchema = z.enum(['agree', 'refuse']);
export type FeedbackVerdict = z.infer<typeof feedbackVerdictSchema>;

/** A finding as REST and the study page show it: the model's words, its best box, and what a radiologist answered. */
export const findingViewSchema = findingSchema.extend({
  /** The most confident detection, or the bounds of what was segmented, on the frame that shows it best; absent for attention outlines. */
  box: boxSchema.optional(),
  feedback: z.object({ verdict: feedbackVerdictSchema, by: z.string().nullable(), at: z.iso.datetime().nullable(), note: z.string().nullable() }).nullable(),
});
export type FindingView = z.infer<typeof findingViewSchema>;

/** One model's analysis of one study, whole. Moments are ISO 8601. */
export const analysisViewSchema = z.object({
  id: z.uuid(),
  studyUid: uidSchema,
  seriesUid: uidSchema.nullable(),
  status: analysisStatusSchema,
  role: analysisRoleSchema,
  modality: z.string(),
  model: z.object({ id: z.string(), version: z.string() }),
  /** Which execution provider really ran (law ED5); null before it ran. */
  provider: providerSchema.nullable(),
  reason: analysisReasonSchema.nullable(),
  /** False once a later result superseded it or its feature was switched off. */
  live: z.boolean(),
  findings: z.array(findingViewSchema),
  scores: z.array(scoreSchema),
  quality: qualitySchema.nullable(),
  timings: timingsSchema.nullable(),
  instanceCount: z.number().int().min(0),
  queuedAt: z.iso.datetime().describe('When the gateway was asked for it or first heard of it: the order of lists'),
  completedAt: z.iso.datetime().nullable().describe('When the model was done, at the edge, on the gateway’s clock. Before queuedAt where the edge analysed without being asked'),
});
export type AnalysisView = z.infer<typeof analysisViewSchema>;
