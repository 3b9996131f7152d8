import { protectedProcedure, router } from '../../trpc/base.ts';
import { searchRequestSchema } from '@readroom/shared/worklist/search';
import { rankPolicyRouter } from '../policy/policy-router.ts';
import { searchWorklist } from '../search/search.ts';
import { viewWorklist, worklistPageInput } from './query.ts';

export const worklistRouter = router({
  policy: rankPolicyRouter,
  /** One keyset page (packages/shared worklist/events `worklistPageSchema`). */
  page: protectedProcedure('worklist.view').input(worklistPageInput).query(({ ctx, input }) => viewWorklist(ctx.deps, ctx.member, input)),
  /** A mutation though it changes nothing: what was typed travels in the body, never in an address (LF5). */
  search: protectedProcedure('worklist.view').input(searchRequestSchema).mutation(({ ctx, input }) => searchWorklist(ctx.deps, ctx.member, input)),
});
