import { provisionOrganisation } from '@readroom/db';
import type { Deps } from '../infra/deps.ts';
import { DEMO_ACCOUNTS, DEMO_ORGANISATION, DEMO_PASSWORD } from './demo-accounts.ts';
import { createPerson, setMembership } from './people.ts';

/** What a first start needs: the demo hospital and its people while the demo is on. Safe to repeat. */
export async function bootstrap(deps: Deps): Promise<void> {
  if (deps.env.demo) await bootstrapDemo(deps);
}

async function bootstrapDemo(deps: Deps): Promise<void> {
  const { organisation, role } = await provisionOrganisation(deps.pool, deps.control, DEMO_ORGANISATION);
  if (role.problem !== null) deps.log.warn({ event: 'tenancy.role-missing', schema: organisation.schemaName, problem: role.problem });
  for (const account of DEMO_ACCOUNTS) {
    const found = await deps.control.user.findUnique({ where: { email: account.email } });
    const person = found ?? (await createPerson(deps, { ...account, password: DEMO_PASSWORD }));
    await setMembership(deps.control, person.id, organisation.id, account.role);
  }
}
