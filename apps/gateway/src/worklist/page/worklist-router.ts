import { protectedProcedure, router } from '../../trpc/base.ts';
import { viewWorklist, worklistPageInput } from './query.ts';

export const worklistRouter = router({
  /** One keyset page (packages/shared worklist/events `worklistPageSchema`). */
  page: protectedProcedure('worklist.view').input(worklistPageInput).query(({ ctx, input }) => viewWorklist(ctx.deps, ctx.member, input)),
});
