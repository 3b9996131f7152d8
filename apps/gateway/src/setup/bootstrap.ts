import { provisionOrganisation } from '@readroom/db';
import { AppError } from '@readroom/shared/error';
import { createPerson, setMembership } from '../auth/people.ts';
import type { Deps } from '../infra/deps.ts';
import { DEMO_ACCOUNTS, DEMO_ORGANISATION, DEMO_PASSWORD } from './demo-accounts.ts';
import { adoptLocalNode } from './local-node.ts';
import { registerSetupToken } from './setup.ts';

/** What a start needs: the demo hospital and its people while the demo is on, else the one-time link while nobody administers. Safe to repeat. */
export async function bootstrap(deps: Deps): Promise<void> {
  const real = await deps.control.organisation.findMany({ where: { demo: false }, orderBy: { createdAt: 'asc' } });
  if (deps.env.demo) {
    if (real.length > 0) throw demoBesideReal();
    return bootstrapDemo(deps);
  }
  const [only, ...others] = real;
  if (only && others.length === 0) await adoptLocalNode(deps, only.id);
  await registerSetupToken(deps);
}

/** The demo's password is published and its studies are invented: neither may come near patients. */
function demoBesideReal(): AppError {
  return new AppError('demo-refused', {
    class: 'permanent',
    message: 'A real hospital lives in this database, so the demo stays off. Start with `npm start -- --no-demo`, or set READROOM_HOME to another folder for a demo.',
  });
}

async function bootstrapDemo(deps: Deps): Promise<void> {
  const { organisation, role } = await provisionOrganisation(deps.pool, deps.control, DEMO_ORGANISATION);
  if (role.problem !== null) deps.log.warn({ event: 'tenancy.role-missing', schema: organisation.schemaName, problem: role.problem });
  for (const account of DEMO_ACCOUNTS) {
    const found = await deps.control.user.findUnique({ where: { email: account.email } });
    const person = found ?? (await createPerson(deps, { ...account, password: DEMO_PASSWORD }));
    await setMembership(deps.control, person.id, organisation.id, account.role);
  }
  await adoptLocalNode(deps, organisation.id);
}
