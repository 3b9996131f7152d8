import { z } from 'zod';
import { protectedProcedure, router } from '../trpc/base.ts';
import { addendReport, dismissLateEdit } from './seal/addend.ts';
import { decideProposal } from './decide-proposal.ts';
import { compareVersions, getReport, readVersion } from './read/read-report.ts';
import { freezeReport, markPreliminary, signReport, unfreezeReport } from './seal/sign.ts';

const reportId = z.uuid();
const version = z.number().int().min(1);
const contentHash = z.string().regex(/^[0-9a-f]{64}$/);
const ADDENDUM_LIMIT = 20_000;

export const reportRouter = router({
  get: protectedProcedure('report.view')
    .input(z.object({ reportId }))
    .query(({ ctx, input }) => getReport(ctx.deps, ctx.member, input.reportId)),
  version: protectedProcedure('report.view')
    .input(z.object({ reportId, version }))
    .query(({ ctx, input }) => readVersion(ctx.deps, ctx.member, input.reportId, input.version)),
  compare: protectedProcedure('report.view')
    .input(z.object({ reportId, from: version, to: version }))
    .query(({ ctx, input }) => compareVersions(ctx.deps, ctx.member, input.reportId, input.from, input.to)),
  decide: protectedProcedure('report.edit')
    .input(z.object({ reportId, proposalId: z.string().min(1).max(300), decision: z.enum(['accepted', 'refused']) }))
    .mutation(({ ctx, input }) => decideProposal(ctx.deps, ctx.member, input)),
  freeze: protectedProcedure('report.sign')
    .input(z.object({ reportId }))
    .mutation(({ ctx, input }) => freezeReport(ctx.deps, ctx.member, input.reportId)),
  unfreeze: protectedProcedure('report.sign')
    .input(z.object({ reportId }))
    .mutation(({ ctx, input }) => unfreezeReport(ctx.deps, ctx.member, input.reportId)),
  markPreliminary: protectedProcedure('report.edit')
    .input(z.object({ reportId, contentHash }))
    .mutation(({ ctx, input }) => markPreliminary(ctx.deps, ctx.member, input)),
  sign: protectedProcedure('report.sign')
    .input(z.object({ reportId, contentHash }))
    .mutation(({ ctx, input }) => signReport(ctx.deps, ctx.member, input)),
  addend: protectedProcedure('report.addend')
    .input(z.object({ reportId, text: z.string().min(1).max(ADDENDUM_LIMIT), lateEditId: z.uuid().nullable(), contentHash }))
    .mutation(({ ctx, input }) => addendReport(ctx.deps, ctx.member, input)),
  dismissLateEdit: protectedProcedure('report.addend')
    .input(z.object({ reportId, lateEditId: z.uuid(), reason: z.string().trim().min(3).max(500) }))
    .mutation(({ ctx, input }) => dismissLateEdit(ctx.deps, ctx.member, input)),
});
