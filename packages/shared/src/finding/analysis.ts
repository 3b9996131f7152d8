import { z } from 'zod';
import { uidSchema } from '../dicom/uid.ts';
import { findingSchema } from './finding.ts';

export const analysisStatusSchema = z.enum(['queued', 'running', 'provisional', 'final', 'failed', 'refused', 'cancelled']);
export type AnalysisStatus = z.infer<typeof analysisStatusSchema>;

export const analysisRoleSchema = z.enum(['active', 'shadow']);
export type AnalysisRole = z.infer<typeof analysisRoleSchema>;

/** Which ONNX Runtime execution provider really ran (law ED5). */
export const providerSchema = z.enum(['tensorrt', 'cuda', 'cpu']);
export type Provider = z.infer<typeof providerSchema>;

export const timingsSchema = z.object({
  queuedMs: z.number().min(0),
  decodeMs: z.number().min(0),
  preprocessMs: z.number().min(0),
  inferenceMs: z.number().min(0),
  totalMs: z.number().min(0),
});
export type Timings = z.infer<typeof timingsSchema>;

/** Why an analysis failed or was refused, in words for a radiologist; never patient data. */
export const analysisReasonSchema = z.object({ code: z.string().min(1).max(64), text: z.string().min(1).max(300) });
export type AnalysisReason = z.infer<typeof analysisReasonSchema>;

/** What becomes of a series by its quality (packages/shared/src/quality/SPEC.md). */
export const qualityRouteSchema = z.enum(['analyse', 'warn', 'refuse', 'repeat']);
export type QualityRoute = z.infer<typeof qualityRouteSchema>;

/** A calibrated probability that the pictures are spoiled so; which flaws there are depends on the quality model. */
export const qualityFlawSchema = z.object({ code: z.string().min(1).max(32), confidence: z.number().min(0).max(1) });
export type QualityFlaw = z.infer<typeof qualityFlawSchema>;

/** What was said of one series before it was analysed. */
export const seriesQualitySchema = z.object({
  seriesUid: uidSchema,
  modality: z.string().min(1).max(16),
  /** Pictures looked at: all of a few stills, some of many slices. */
  images: z.number().int().min(0),
  /** 0 spoiled to 1 good; null when not assessed. */
  score: z.number().min(0).max(1).nullable(),
  /** Null when not assessed: `reasons` says why, and the series is analysed. */
  route: qualityRouteSchema.nullable(),
  flaws: z.array(qualityFlawSchema).max(16),
  reasons: z.array(analysisReasonSchema).max(16),
  /** Quality model and version; null when there is none. */
  model: z.string().min(1).max(97).nullable(),
});
export type SeriesQuality = z.infer<typeof seriesQualitySchema>;

export const qualitySchema = z.object({
  /** 0 unusable to 1 good. */
  score: z.number().min(0).max(1),
  warnings: z.array(analysisReasonSchema).max(16),
  /** Absent from edge nodes before version 8, and where nothing was assessed. */
  series: z.array(seriesQualitySchema).max(32).optional(),
});
export type Quality = z.infer<typeof qualitySchema>;

/**
 * A calibrated probability, flagged or not, so that "nothing found" has a number and an operating point can be audited
 * afterwards. With `sopInstanceUid` it is one image's; with null it is the whole study's for that label.
 */
export const scoreSchema = z.object({
  code: z.string().min(1).max(64),
  confidence: z.number().min(0).max(1),
  sopInstanceUid: uidSchema.nullable(),
  sliceIndex: z.number().int().min(0).nullable(),
});
export type Score = z.infer<typeof scoreSchema>;

/** What one model said of one study's images at one moment. */
export const analysisResultSchema = z.object({
  studyUid: uidSchema,
  seriesUid: uidSchema.nullable(),
  /** sha256, hex, over the sorted SOP Instance UIDs analysed: the same evidence gives the same result once. */
  evidence: z.string().length(64),
  instanceCount: z.number().int().min(0),
  model: z.object({ id: z.string().min(1).max(64), version: z.string().min(1).max(32), sha256: z.string().length(64) }),
  role: analysisRoleSchema,
  status: z.enum(['running', 'provisional', 'final', 'failed', 'refused', 'cancelled']),
  reason: analysisReasonSchema.nullable(),
  provider: providerSchema.nullable(),
  findings: z.array(findingSchema).max(256),
  /** The study's scores first, then every image's in slice order; empty when the analysis has no answer. REST shows it as `scores`. */
  scores: z.array(scoreSchema).max(4160),
  quality: qualitySchema.nullable(),
  timings: timingsSchema.nullable(),
  /** Edge clock, ms since epoch. */
  completedAt: z.number().int(),
});
export type AnalysisResult = z.infer<typeof analysisResultSchema>;
