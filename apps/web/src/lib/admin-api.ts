import type { Role } from '@readroom/shared/access/role';
import { gateway } from './trpc.ts';

/** What the administration asks of the gateway; the shapes are the router's own. */
export const adminApi = {
  members: () => gateway.admin.members.list.query(),
  invite: (input: { email: string; name: string; role: Role }) => gateway.admin.members.invite.mutate(input),
  changeRole: (input: { userId: string; role: Role }) => gateway.admin.members.changeRole.mutate(input),
  remove: (userId: string) => gateway.admin.members.remove.mutate({ userId }),
  resetPassword: (userId: string) => gateway.admin.members.resetPassword.mutate({ userId }),
  nodes: () => gateway.admin.nodes.list.query(),
  createNode: (name: string) => gateway.admin.nodes.create.mutate({ name }),
  newNodeCode: (nodeId: string) => gateway.admin.nodes.newCode.mutate({ nodeId }),
  revokeNode: (nodeId: string) => gateway.admin.nodes.revoke.mutate({ nodeId }),
  alertCounts: () => gateway.alert.counts.query(),
  auditPage: (input: { limit: number; cursor?: string }) => gateway.admin.audit.page.query(input),
  verifyAudit: () => gateway.admin.audit.verify.mutate(),
};

export type ListedMember = Awaited<ReturnType<typeof adminApi.members>>[number];
export type ListedNode = Awaited<ReturnType<typeof adminApi.nodes>>[number];
export type AuditItem = Awaited<ReturnType<typeof adminApi.auditPage>>['items'][number];
export type AuditProblem = NonNullable<Awaited<ReturnType<typeof adminApi.verifyAudit>>['problem']>;
