import { communicationRequestSchema } from '@readroom/shared/alert/communication';
import { z } from 'zod';
import { protectedProcedure, router } from '../trpc/base.ts';
import { acknowledgeAlert } from './acknowledge.ts';
import { communicate } from './communication/communicate.ts';
import { alertListSchema, countAlerts, listAlerts, openAlerts } from './list.ts';

export const alertRouter = router({
  open: protectedProcedure('alert.view').query(({ ctx }) => openAlerts(ctx.deps, ctx.member)),
  list: protectedProcedure('alert.view')
    .input(alertListSchema)
    .query(({ ctx, input }) => listAlerts(ctx.deps, ctx.member, input)),
  counts: protectedProcedure('worklist.view').query(({ ctx }) => countAlerts(ctx.deps, ctx.member)),
  acknowledge: protectedProcedure('alert.acknowledge')
    .input(z.object({ alertId: z.uuid() }))
    .mutation(({ ctx, input }) => acknowledgeAlert(ctx.deps, ctx.member, input.alertId)),
  communicate: protectedProcedure('alert.communicate')
    .input(communicationRequestSchema)
    .mutation(({ ctx, input }) => communicate(ctx.deps, ctx.member, input)),
});
