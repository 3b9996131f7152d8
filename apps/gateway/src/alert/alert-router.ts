import { canarySettingSchema } from '@readroom/shared/alert/canary';
import { escalationPolicySchema, policyChangeSchema } from '@readroom/shared/alert/escalation-policy';
import { communicationRequestSchema } from '@readroom/shared/alert/communication';
import { closeFollowUpSchema } from '@readroom/shared/alert/follow-up';
import { alertSearchSchema } from '@readroom/shared/alert/history';
import { newChannelSchema } from '@readroom/shared/alert/notification';
import { rotaChangeSchema } from '@readroom/shared/alert/rota';
import { z } from 'zod';
import { protectedProcedure, router } from '../trpc/base.ts';
import { acknowledgeAlert } from './acknowledge.ts';
import { changePath, pathRuns, provePath, viewPath } from './canary/path.ts';
import { communicate } from './communication/communicate.ts';
import { complianceReport, exportCompliance, periodSchema } from './compliance/report.ts';
import { setTimeZone } from './compliance/time-zone.ts';
import { changePolicy, policyHistory, previewPolicy } from './escalation/change-policy.ts';
import { closeFollowUp, listFollowUps } from './follow-up/follow-ups.ts';
import { readChain } from './history/read-chain.ts';
import { searchAlerts } from './history/search-alerts.ts';
import { alertFindings, alertsOfStudy, countAlerts, openAlerts } from './list.ts';
import { addChannel, deliveriesOf, removeChannel, sendAgain, switchChannel, testChannel, viewChannels } from './notify/channels.ts';
import { changeRota, viewRota } from './on-call/rota.ts';

const reportRouter = router({
  view: protectedProcedure('alert.report')
    .input(periodSchema)
    .query(({ ctx, input }) => complianceReport(ctx.deps, ctx.member, input)),
  export: protectedProcedure('alert.report')
    .input(periodSchema)
    .mutation(({ ctx, input }) => exportCompliance(ctx.deps, ctx.member, input)),
  setTimeZone: protectedProcedure('hospital.configure')
    .input(z.object({ timeZone: z.string().max(64) }))
    .mutation(({ ctx, input }) => setTimeZone(ctx.deps, ctx.member, input.timeZone)),
});

const configure = protectedProcedure('hospital.configure');

const escalationRouter = router({
  history: protectedProcedure('alert.report').query(({ ctx }) => policyHistory(ctx.deps, ctx.member)),
  preview: configure.input(escalationPolicySchema).query(({ ctx, input }) => previewPolicy(ctx.deps, ctx.member, input)),
  change: configure.input(policyChangeSchema).mutation(({ ctx, input }) => changePolicy(ctx.deps, ctx.member, input)),
});

const onCallRouter = router({
  view: protectedProcedure('alert.report').query(({ ctx }) => viewRota(ctx.deps, ctx.member)),
  change: configure.input(rotaChangeSchema).mutation(({ ctx, input }) => changeRota(ctx.deps, ctx.member, input)),
});

const idInput = z.object({ id: z.uuid() });

const channelsRouter = router({
  view: configure.query(({ ctx }) => viewChannels(ctx.deps, ctx.member)),
  add: configure.input(newChannelSchema).mutation(({ ctx, input }) => addChannel(ctx.deps, ctx.member, input)),
  switch: configure.input(idInput.extend({ enabled: z.boolean() })).mutation(({ ctx, input }) => switchChannel(ctx.deps, ctx.member, input)),
  remove: configure.input(idInput).mutation(({ ctx, input }) => removeChannel(ctx.deps, ctx.member, input.id)),
  test: configure.input(idInput).mutation(({ ctx, input }) => testChannel(ctx.deps, ctx.member, input.id)),
  sendAgain: configure.input(idInput).mutation(({ ctx, input }) => sendAgain(ctx.deps, ctx.member, input.id)),
});

const followUpRouter = router({
  list: protectedProcedure('alert.view').query(({ ctx }) => listFollowUps(ctx.deps, ctx.member)),
  close: protectedProcedure('alert.communicate').input(closeFollowUpSchema).mutation(({ ctx, input }) => closeFollowUp(ctx.deps, ctx.member, input)),
});

const pathRouter = router({
  view: protectedProcedure('worklist.view').query(({ ctx }) => viewPath(ctx.deps, ctx.member)),
  runs: protectedProcedure('node.view').query(({ ctx }) => pathRuns(ctx.deps, ctx.member)),
  change: configure.input(canarySettingSchema).mutation(({ ctx, input }) => changePath(ctx.deps, ctx.member, input)),
  prove: protectedProcedure('node.manage').mutation(({ ctx }) => provePath(ctx.deps, ctx.member)),
});

export const alertRouter = router({
  open: protectedProcedure('alert.view').query(({ ctx }) => openAlerts(ctx.deps, ctx.member)),
  ofStudy: protectedProcedure('alert.view')
    .input(z.object({ studyId: z.uuid() }))
    .query(({ ctx, input }) => alertsOfStudy(ctx.deps, ctx.member, input.studyId)),
  chain: protectedProcedure('alert.view')
    .input(z.object({ alertId: z.uuid() }))
    .query(({ ctx, input }) => readChain(ctx.deps, ctx.member, input.alertId)),
  findings: protectedProcedure('alert.view').query(({ ctx }) => alertFindings(ctx.deps, ctx.member)),
  // A mutation, so that the words searched for travel in the body: an address is logged by every proxy on the way.
  search: protectedProcedure('alert.view')
    .input(alertSearchSchema)
    .mutation(({ ctx, input }) => searchAlerts(ctx.deps, ctx.member, input)),
  counts: protectedProcedure('worklist.view').query(({ ctx }) => countAlerts(ctx.deps, ctx.member)),
  acknowledge: protectedProcedure('alert.acknowledge')
    .input(z.object({ alertId: z.uuid() }))
    .mutation(({ ctx, input }) => acknowledgeAlert(ctx.deps, ctx.member, input.alertId)),
  communicate: protectedProcedure('alert.communicate')
    .input(communicationRequestSchema)
    .mutation(({ ctx, input }) => communicate(ctx.deps, ctx.member, input)),
  report: reportRouter,
  escalation: escalationRouter,
  onCall: onCallRouter,
  channels: channelsRouter,
  path: pathRouter,
  followUp: followUpRouter,
  deliveries: protectedProcedure('alert.view')
    .input(z.object({ alertId: z.uuid() }))
    .query(({ ctx, input }) => deliveriesOf(ctx.deps, ctx.member, input.alertId)),
});
