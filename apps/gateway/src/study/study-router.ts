import { moveRequestSchema } from '@readroom/shared/priority/move';
import { putAsideSchema } from '@readroom/shared/worklist/aside';
import { z } from 'zod';
import { protectedProcedure, router } from '../trpc/base.ts';
import { putAside, takeUp } from '../worklist/aside/put-aside.ts';
import { moveStudy } from '../worklist/override/move-study.ts';
import { takeBackMove } from '../worklist/override/take-back.ts';
import { claimStudy, releaseStudy } from './claim.ts';
import { openStudy } from './open-study.ts';

const studyInput = z.object({ studyId: z.uuid() });

export const studyRouter = router({
  /** Opens a study: audited, and its report is there afterwards. */
  get: protectedProcedure('study.view').input(studyInput).query(({ ctx, input }) => openStudy(ctx.deps, ctx.member, input.studyId)),
  claim: protectedProcedure('study.claim').input(studyInput).mutation(({ ctx, input }) => claimStudy(ctx.deps, ctx.member, input.studyId)),
  release: protectedProcedure('study.claim').input(studyInput).mutation(({ ctx, input }) => releaseStudy(ctx.deps, ctx.member, input.studyId)),
  /** Puts a study the member has aside (LF6), or takes one up again. */
  putAside: protectedProcedure('study.claim').input(putAsideSchema).mutation(({ ctx, input }) => putAside(ctx.deps, ctx.member, input)),
  takeUp: protectedProcedure('study.claim')
    .input(studyInput.extend({ asideId: z.uuid() }))
    .mutation(({ ctx, input }) => takeUp(ctx.deps, ctx.member, input.studyId, input.asideId)),
  /** Places the study by hand (PR2): with a reason, for a time, seen by everybody. */
  move: protectedProcedure('study.move').input(moveRequestSchema).mutation(({ ctx, input }) => moveStudy(ctx.deps, ctx.member, input)),
  takeBackMove: protectedProcedure('study.move')
    .input(studyInput.extend({ overrideId: z.uuid() }))
    .mutation(({ ctx, input }) => takeBackMove(ctx.deps, ctx.member, input.studyId, input.overrideId)),
});
