import { uidSchema } from '@readroom/shared/dicom/uid';
import { z } from 'zod';
import { protectedProcedure, router } from '../trpc/base.ts';
import { fetchPrior } from './fetch-prior.ts';
import { readPriors } from './read-priors.ts';

/** What the pages ask of the PACS behind the nodes. */
export const pacsRouter = router({
  priors: protectedProcedure('study.view')
    .input(z.object({ studyId: z.uuid() }))
    .query(({ ctx, input }) => readPriors(ctx.deps, ctx.member, input.studyId)),
  fetch: protectedProcedure('study.view')
    .input(z.object({ studyId: z.uuid(), priorUid: uidSchema }))
    .mutation(({ ctx, input }) => fetchPrior(ctx.deps, ctx.member, input)),
});
