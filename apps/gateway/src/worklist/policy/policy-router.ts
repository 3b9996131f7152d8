import { policyTermsSchema, rankPolicyChangeSchema } from '@readroom/shared/priority/policy-change';
import { protectedProcedure, router } from '../../trpc/base.ts';
import { changeRankPolicy, rankPolicyHistory } from './change-policy.ts';
import { previewRankPolicy } from './preview.ts';

/** PR10: how the list is ordered. Whoever sees the list may know; administrators change it. */
export const rankPolicyRouter = router({
  history: protectedProcedure('worklist.view').query(({ ctx }) => rankPolicyHistory(ctx.deps, ctx.member)),
  preview: protectedProcedure('hospital.configure').input(policyTermsSchema).query(({ ctx, input }) => previewRankPolicy(ctx.deps, ctx.member, input)),
  change: protectedProcedure('hospital.configure').input(rankPolicyChangeSchema).mutation(({ ctx, input }) => changeRankPolicy(ctx.deps, ctx.member, input)),
});
