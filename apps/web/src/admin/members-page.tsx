'use client';

import { useState, type FormEvent } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { roleSchema, type Role } from '@readroom/shared/access/role';
import { adminApi, type ListedMember } from '../lib/admin-api.ts';
import { problemOf } from '../lib/problem.ts';
import { absoluteText } from '../lib/time.ts';
import { useSession } from '../session/session.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Choices, TextField } from '../ui/field.tsx';
import { Skeleton } from '../ui/states/states.tsx';
import { useToast } from '../ui/toast.tsx';
import { AdminFrame, SecretOnce } from './admin-frame.tsx';

const ROLES = roleSchema.options.map((value) => ({ value, label: value === 'it' ? 'IT' : value.charAt(0).toUpperCase() + value.slice(1) }));
const EFFECT: { readonly [R in Role]: string } = {
  attending: 'Reads, acknowledges, drafts, signs and addends.',
  resident: 'Reads, acknowledges and drafts. Does not sign.',
  admin: 'Sees lists, reports and the audit; manages members and nodes. Does not read or sign.',
  it: 'Manages nodes and sees that studies flow, without names.',
  technologist: 'Is told which series to take again, and of whom. Sees no list, images, findings or reports.',
};
const MEMBERS_KEY = ['admin', 'members'];

export function MembersPage() {
  const members = useQuery({ queryKey: MEMBERS_KEY, queryFn: adminApi.members });
  const [inviting, setInviting] = useState(false);
  const [secret, setSecret] = useState<{ name: string; password: string } | null>(null);
  return (
    <AdminFrame title="Members" lead="Who may come in, and what each may do." action="members.manage" aside={<Button tone="primary" onClick={() => setInviting(true)}>Invite a member</Button>}>
      {secret && (
        <SecretOnce label={`Temporary password of ${secret.name}`} secret={secret.password}>
          Hand it over in person or by phone. It is shown only now.
        </SecretOnce>
      )}
      {members.isPending && <Skeleton className="h-64" />}
      {members.error && <p className="text-critical-text">{problemOf(members.error).text}</p>}
      {members.data && <MembersTable members={members.data} onSecret={setSecret} />}
      <Dialog open={inviting} onOpenChange={setInviting} title="Invite a member">
        <InviteForm
          onDone={(invited) => {
            setInviting(false);
            setSecret(invited);
          }}
        />
      </Dialog>
    </AdminFrame>
  );
}

type Secret = { name: string; password: string } | null;

/** Runs a deed, reads the list again, and says it when the gateway refused. */
function useMemberDeed<I, O>(title: string, mutationFn: (input: I) => Promise<O>, onSuccess?: (answer: O, input: I) => void) {
  const queryClient = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn,
    onSuccess: (answer, input) => {
      void queryClient.invalidateQueries({ queryKey: MEMBERS_KEY });
      onSuccess?.(answer, input);
    },
    onError: (error) => toast({ tone: 'problem', title, text: problemOf(error).text }),
  });
}

function MembersTable({ members, onSecret }: { members: readonly ListedMember[]; onSecret(secret: Secret): void }) {
  return (
    <table className="w-full text-left">
      <thead className="text-xs text-muted">
        <tr>
          <th className="py-1 font-normal">Name</th>
          <th className="py-1 font-normal">Role</th>
          <th className="py-1 font-normal">Member since</th>
          <th className="py-1 font-normal">
            <span className="sr-only">Deeds</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {members.map((member) => (
          <MemberRow key={member.userId} member={member} onSecret={onSecret} />
        ))}
      </tbody>
    </table>
  );
}

function MemberRow({ member, onSecret }: { member: ListedMember; onSecret(secret: Secret): void }) {
  const session = useSession();
  const [asking, setAsking] = useState<'remove' | 'reset' | null>(null);
  const changeRole = useMemberDeed('The role was not changed', adminApi.changeRole);
  const remove = useMemberDeed('The member was not removed', adminApi.remove, () => setAsking(null));
  const reset = useMemberDeed('The password was not reset', adminApi.resetPassword, (answer) => {
    setAsking(null);
    onSecret({ name: member.name, password: answer.temporaryPassword });
  });
  const own = member.userId === session.user.id;
  return (
    <tr className="border-t border-line">
      <td className="py-2 pr-3">
        <bdi className="font-medium">{member.name}</bdi> {own && <span className="text-muted">(you)</span>}
        <span className="block text-muted">{member.email}</span>
      </td>
      <td className="py-2 pr-3">
        <select
          aria-label={`Role of ${member.name}`}
          title={EFFECT[member.role]}
          value={member.role}
          disabled={changeRole.isPending}
          onChange={(event) => changeRole.mutate({ userId: member.userId, role: roleSchema.parse(event.target.value) })}
          className="h-8 rounded border border-line-strong bg-surface px-2"
        >
          {ROLES.map((role) => (
            <option key={role.value} value={role.value}>
              {role.label}
            </option>
          ))}
        </select>
      </td>
      <td className="nums py-2 pr-3 text-muted">{absoluteText(member.since).slice(0, -3)}</td>
      <td className="py-2 text-right">
        {!own && (
          <span className="inline-flex gap-1.5">
            <Button size="small" onClick={() => setAsking('reset')}>
              Reset password
            </Button>
            <Button size="small" onClick={() => setAsking('remove')}>
              Remove
            </Button>
          </span>
        )}
        <Dialog open={asking !== null} onOpenChange={() => setAsking(null)} title={asking === 'remove' ? `Remove ${member.name}?` : `Reset the password of ${member.name}?`}>
          <div className="flex flex-col gap-4 p-4">
            <p>{asking === 'remove' ? 'They are signed out at once and open nothing here any more. Their name stays under what they wrote and signed.' : 'Every session of theirs ends at once. You get a temporary password to hand over; it is shown once.'}</p>
            <Button tone="danger" className="self-end" busy={remove.isPending || reset.isPending} onClick={() => (asking === 'remove' ? remove.mutate(member.userId) : reset.mutate(member.userId))}>
              {asking === 'remove' ? 'Remove' : 'Reset password'}
            </Button>
          </div>
        </Dialog>
      </td>
    </tr>
  );
}

function InviteForm({ onDone }: { onDone(secret: Secret): void }) {
  const toast = useToast();
  const [form, setForm] = useState<{ name: string; email: string; role: Role }>({ name: '', email: '', role: 'resident' });
  const invite = useMemberDeed('Nobody was invited', adminApi.invite, (answer) => {
    if (answer.temporaryPassword === null) toast({ tone: 'info', title: `${form.name} joined`, text: 'They have an account already and sign in with the password they know.' });
    onDone(answer.temporaryPassword === null ? null : { name: form.name, password: answer.temporaryPassword });
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate(form);
  };
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4 p-4">
      <TextField label="Name" required minLength={2} value={form.name} onChange={(event) => setForm({ ...form, name: event.target.value })} />
      <TextField label="E-mail" type="email" required value={form.email} onChange={(event) => setForm({ ...form, email: event.target.value })} />
      <Choices label="Role" value={form.role} choices={ROLES} onChange={(role) => setForm({ ...form, role })} />
      <p className="min-h-9 text-muted">{EFFECT[form.role]}</p>
      <Button type="submit" tone="primary" className="self-end" busy={invite.isPending}>
        Invite
      </Button>
    </form>
  );
}
