import { uidSchema } from '@readroom/shared/dicom/uid';
import { analysisStatusSchema } from '@readroom/shared/finding/analysis';
import { feedbackVerdictSchema } from '@readroom/shared/finding/analysis-view';
import { z } from 'zod';
import { protectedProcedure, router } from '../trpc/base.ts';
import { cancelAnalysis } from './ask/cancel.ts';
import { giveFeedback } from './feedback.ts';
import { listAnalyses } from './list.ts';
import { requestAnalysis } from './ask/request.ts';

const listInput = z.object({
  limit: z.number().int().min(1).max(200).default(50),
  cursor: z.string().max(512).optional(),
  studyUid: uidSchema.optional(),
  status: z.array(analysisStatusSchema).min(1).max(8).optional(),
  modality: z.array(z.string().max(16)).min(1).max(16).optional(),
  since: z.number().int().min(0).optional(),
});
const feedbackInput = z.object({ analysisId: z.uuid(), findingId: z.string().min(1).max(64), verdict: feedbackVerdictSchema, note: z.string().max(500).optional() });

/** The same use cases as `/api/image-analysis`, for the pages. */
export const analysisRouter = router({
  list: protectedProcedure('study.view').input(listInput).query(({ ctx, input }) => listAnalyses(ctx.deps, ctx.member, input)),
  request: protectedProcedure('analysis.request')
    .input(z.object({ studyUid: uidSchema, modelId: z.string().min(1).max(64).optional() }))
    .mutation(({ ctx, input }) => requestAnalysis(ctx.deps, ctx.member, input)),
  cancel: protectedProcedure('analysis.request')
    .input(z.object({ id: z.uuid() }))
    .mutation(({ ctx, input }) => cancelAnalysis(ctx.deps, ctx.member, input.id)),
  feedback: protectedProcedure('finding.feedback')
    .input(feedbackInput)
    .mutation(({ ctx, input: { analysisId, findingId, ...feedback } }) => giveFeedback(ctx.deps, ctx.member, analysisId, findingId, feedback)),
});
