import type { ControlClient } from '@readroom/db';
import type { Role } from '@readroom/shared/access/role';
import { AppError } from '@readroom/shared/error';
import type { Deps } from '../infra/deps.ts';

export type PeopleDeps = Pick<Deps, 'auth' | 'control' | 'makeId'>;

export interface NewPerson {
  readonly email: string;
  readonly name: string;
  readonly password: string;
}

/** Makes an account with a password (scrypt), whole or not at all. Throws `conflict` when the address already has one. */
export async function createPerson(deps: PeopleDeps, person: NewPerson): Promise<{ readonly id: string }> {
  const email = person.email.trim().toLowerCase();
  if (await deps.control.user.findUnique({ where: { email } })) {
    throw new AppError('conflict', { class: 'permanent', message: 'There is already an account with this e-mail address.' });
  }
  const { password } = await deps.auth.$context;
  const hash = await password.hash(person.password);
  const id = deps.makeId();
  // better-auth's own shape of a person who signs in with a password.
  const account = { id: deps.makeId(), providerId: 'credential', accountId: id, password: hash };
  await deps.control.user.create({ data: { id, email, name: person.name, emailVerified: true, accounts: { create: account } } });
  return { id };
}

/** Gives a person a role in an organisation, or changes it. */
export async function setMembership(control: ControlClient, userId: string, organisationId: string, role: Role): Promise<void> {
  await control.membership.upsert({
    where: { userId_organisationId: { userId, organisationId } },
    create: { userId, organisationId, role },
    update: { role },
  });
}
