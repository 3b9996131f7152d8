import { settleRepeatSchema } from '@readroom/shared/quality/repeat';
import { protectedProcedure, router } from '../trpc/base.ts';
import { settleRepeat, viewRepeats } from './repeats.ts';

export const repeatRouter = router({
  view: protectedProcedure('repeat.view').query(({ ctx }) => viewRepeats(ctx.deps, ctx.member)),
  settle: protectedProcedure('repeat.settle')
    .input(settleRepeatSchema)
    .mutation(({ ctx, input }) => settleRepeat(ctx.deps, ctx.member, input)),
});
