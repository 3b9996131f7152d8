import { z } from 'zod';
import { auditPage, auditPageInput, checkAudit } from '../audit/audit-page.ts';
import { protectedProcedure, router } from '../trpc/base.ts';
import { changeRole, changeRoleInput, inviteInput, inviteMember, listMembers, removeMember, resetPassword } from './members.ts';
import { createNode, listNodes, renewCode, revokeNode } from './nodes.ts';

const manage = protectedProcedure('members.manage');
const userInput = z.object({ userId: z.string().min(1).max(128) });

const membersRouter = router({
  list: manage.query(({ ctx }) => listMembers(ctx.deps, ctx.member)),
  invite: manage.input(inviteInput).mutation(({ ctx, input }) => inviteMember(ctx.deps, ctx.member, input)),
  changeRole: manage.input(changeRoleInput).mutation(({ ctx, input }) => changeRole(ctx.deps, ctx.member, input)),
  remove: manage.input(userInput).mutation(({ ctx, input }) => removeMember(ctx.deps, ctx.member, input.userId)),
  resetPassword: manage.input(userInput).mutation(({ ctx, input }) => resetPassword(ctx.deps, ctx.member, input.userId)),
});

const nodesRouter = router({
  list: protectedProcedure('node.view').query(({ ctx }) => listNodes(ctx.deps, ctx.member)),
  create: protectedProcedure('node.manage')
    .input(z.object({ name: z.string().trim().min(1).max(80) }))
    .mutation(({ ctx, input }) => createNode(ctx.deps, ctx.member, input.name)),
  newCode: protectedProcedure('node.manage')
    .input(z.object({ nodeId: z.uuid() }))
    .mutation(({ ctx, input }) => renewCode(ctx.deps, ctx.member, input.nodeId)),
  revoke: protectedProcedure('node.manage')
    .input(z.object({ nodeId: z.uuid() }))
    .mutation(({ ctx, input }) => revokeNode(ctx.deps, ctx.member, input.nodeId)),
});

const auditRouter = router({
  page: protectedProcedure('audit.view').input(auditPageInput).query(({ ctx, input }) => auditPage(ctx.deps, ctx.member, input)),
  verify: protectedProcedure('audit.view').mutation(({ ctx }) => checkAudit(ctx.deps, ctx.member)),
});

export const adminRouter = router({ members: membersRouter, nodes: nodesRouter, audit: auditRouter });
