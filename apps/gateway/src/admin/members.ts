import type { Member } from '@readroom/shared/access/can';
import { roleSchema } from '@readroom/shared/access/role';
import type { Role } from '@readroom/shared/access/role';
import { AppError } from '@readroom/shared/error';
import { z } from 'zod';
import { audit, by } from '../audit/audit.ts';
import { createPerson, setMembership } from '../auth/people.ts';
import { temporaryPassword } from '../auth/temporary-password.ts';
import type { Deps } from '../infra/deps.ts';

export interface ListedMember {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  /** Milliseconds since epoch. */
  readonly since: number;
}

/** Everybody of the administrator's organisation, by name. */
export async function listMembers(deps: Deps, member: Member): Promise<ListedMember[]> {
  const rows = await deps.control.membership.findMany({ where: { organisationId: member.organisation }, include: { user: true }, orderBy: [{ user: { name: 'asc' } }, { id: 'asc' }] });
  return rows.map((row) => ({ userId: row.userId, name: row.user.name, email: row.user.email, role: roleSchema.parse(row.role), since: row.createdAt.getTime() }));
}

export const inviteInput = z.object({ email: z.email().max(320), name: z.string().trim().min(2).max(120), role: roleSchema });

/**
 * Adds a person with a temporary password that is shown once. Somebody who has an account already (in another
 * organisation) joins with the password they have: `temporaryPassword` is null.
 */
export async function inviteMember(deps: Deps, member: Member, input: z.infer<typeof inviteInput>): Promise<{ userId: string; temporaryPassword: string | null }> {
  const found = await deps.control.user.findUnique({ where: { email: input.email.trim().toLowerCase() }, include: { memberships: true } });
  if (found?.memberships.some((one) => one.organisationId === member.organisation)) {
    throw new AppError('conflict', { class: 'permanent', message: 'This person is a member already. Change their role instead.' });
  }
  const password = found ? null : temporaryPassword();
  const { id } = found ?? (await createPerson(deps, { ...input, password: password ?? '' }));
  await setMembership(deps.control, id, member.organisation, input.role);
  await record(deps, member, 'member.invite', { userId: id, role: input.role });
  return { userId: id, temporaryPassword: password };
}

export const changeRoleInput = z.object({ userId: z.string().min(1).max(128), role: roleSchema });

/** From now on; the person's live connections come back with the new rights. */
export async function changeRole(deps: Deps, member: Member, input: z.infer<typeof changeRoleInput>): Promise<void> {
  await withAdminsLocked(deps, member, input.userId, input.role === 'admin', async (tx) => {
    await tx.membership.update({ where: membershipKey(input.userId, member.organisation), data: { role: input.role } });
  });
  await record(deps, member, 'member.change-role', { userId: input.userId, role: input.role });
  deps.rt.disconnectUser(input.userId);
}

/** The account stays (its name stands under reports); it opens nothing here any more. */
export async function removeMember(deps: Deps, member: Member, userId: string): Promise<void> {
  await withAdminsLocked(deps, member, userId, false, async (tx) => {
    await tx.membership.delete({ where: membershipKey(userId, member.organisation) });
    if ((await tx.membership.count({ where: { userId } })) === 0) await tx.session.deleteMany({ where: { userId } });
  });
  await record(deps, member, 'member.remove', { userId });
  deps.rt.disconnectUser(userId);
}

/**
 * A new temporary password, shown once; every session of the person ends. Refused for people of several organisations:
 * one organisation's administrator must not come to hold the key to another's patients (law TN1).
 */
export async function resetPassword(deps: Deps, member: Member, userId: string): Promise<{ temporaryPassword: string }> {
  const memberships = await deps.control.membership.findMany({ where: { userId }, select: { organisationId: true } });
  if (!memberships.some((one) => one.organisationId === member.organisation)) throw notAMember();
  if (memberships.length > 1) {
    throw new AppError('forbidden', { class: 'permanent', message: 'This person belongs to other organisations too; only they themselves can change their password.' });
  }
  const password = temporaryPassword();
  const hash = await (await deps.auth.$context).password.hash(password);
  await deps.control.$transaction([
    deps.control.account.updateMany({ where: { userId, providerId: 'credential' }, data: { password: hash } }),
    deps.control.session.deleteMany({ where: { userId } }),
  ]);
  await record(deps, member, 'member.reset-password', { userId });
  deps.rt.disconnectUser(userId);
  return { temporaryPassword: password };
}

type Tx = Parameters<Parameters<Deps['control']['$transaction']>[0]>[0];

/** Changes one membership while the organisation's administrators are locked, so that two of them can't remove each other and leave none. */
async function withAdminsLocked(deps: Deps, member: Member, userId: string, staysAdmin: boolean, change: (tx: Tx) => Promise<void>): Promise<void> {
  await deps.control.$transaction(async (tx) => {
    const admins = await tx.$queryRaw<{ user_id: string }[]>`
      select user_id from control.membership where organisation_id = ${member.organisation} and role = 'admin' for update`;
    const found = await tx.membership.findUnique({ where: membershipKey(userId, member.organisation) });
    if (!found) throw notAMember();
    if (!staysAdmin && admins.length === 1 && admins[0]?.user_id === userId) {
      throw new AppError('conflict', { class: 'permanent', message: 'This is the last administrator. Make another member an administrator first.' });
    }
    await change(tx);
  });
}

function membershipKey(userId: string, organisationId: string) {
  return { userId_organisationId: { userId, organisationId } };
}

function notAMember(): AppError {
  return new AppError('not-found', { class: 'permanent', message: 'There is no such member in your organisation.' });
}

async function record(deps: Deps, member: Member, action: string, subject: Record<string, string>): Promise<void> {
  const { client } = await deps.hospital(member.organisation);
  await audit(client, { ...by(member), action, subject });
}
