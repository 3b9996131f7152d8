import { z } from 'zod';
import { protectedProcedure, router } from '../trpc/base.ts';
import { claimStudy, releaseStudy } from './claim.ts';
import { openStudy } from './open-study.ts';

const studyInput = z.object({ studyId: z.uuid() });

export const studyRouter = router({
  /** Opens a study: audited, and its report is there afterwards. */
  get: protectedProcedure('study.view').input(studyInput).query(({ ctx, input }) => openStudy(ctx.deps, ctx.member, input.studyId)),
  claim: protectedProcedure('study.claim').input(studyInput).mutation(({ ctx, input }) => claimStudy(ctx.deps, ctx.member, input.studyId)),
  release: protectedProcedure('study.claim').input(studyInput).mutation(({ ctx, input }) => releaseStudy(ctx.deps, ctx.member, input.studyId)),
});
