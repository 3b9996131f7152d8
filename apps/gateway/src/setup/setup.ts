import { provisionOrganisation } from '@readroom/db';
import { HOUR_MS } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import { z } from 'zod';
import { hashSecret } from '../auth/one-time.ts';
import { createPerson, setMembership } from '../auth/people.ts';
import type { Deps } from '../infra/deps.ts';
import { isDemoEmail } from './demo-accounts.ts';
import { adoptLocalNode } from './local-node.ts';

const PURPOSE = 'first-administrator';
/** A link printed by a start: time enough to walk to a desk. */
export const SETUP_TOKEN_MS = 24 * HOUR_MS;

export const setupInputSchema = z.object({
  /** From the fragment of the link: it never was in a URL the server saw. */
  token: z.string().min(16).max(256),
  organisation: z.string().trim().min(2).max(120),
  name: z.string().trim().min(2).max(120),
  email: z.email().max(320),
  password: z.string().min(12, 'choose a password of at least 12 characters').max(256),
});
export type SetupInput = z.infer<typeof setupInputSchema>;

/** Nobody administers a real hospital here yet, and this is not the demo. */
export async function needsSetup(deps: Deps): Promise<boolean> {
  if (deps.env.demo) return false;
  return (await deps.control.membership.count({ where: { role: 'admin', organisation: { demo: false } } })) === 0;
}

/** Takes the hash the start command gave us; the link of an earlier start is void from then on. */
export async function registerSetupToken(deps: Deps): Promise<void> {
  const tokenHash = deps.env.setupTokenHash;
  if (tokenHash === null || !(await needsSetup(deps))) return;
  const expiresAt = new Date(deps.clock() + SETUP_TOKEN_MS);
  await deps.control.$transaction([
    deps.control.setupToken.deleteMany({ where: { purpose: PURPOSE, usedAt: null, NOT: { tokenHash } } }),
    deps.control.setupToken.upsert({ where: { tokenHash }, create: { tokenHash, purpose: PURPOSE, expiresAt }, update: {} }),
  ]);
}

/**
 * Makes the organisation and its first administrator with the one-time token. The token is taken first, so that two
 * browsers can't both use it, and given back when something fails. Throws `expired` for a token that is wrong, used or old.
 */
export async function setUp(deps: Deps, input: SetupInput): Promise<{ readonly organisation: string; readonly email: string }> {
  if (isDemoEmail(input.email)) throw new AppError('bad-input', { class: 'permanent', message: 'Addresses of the demo cannot administer a real hospital.' });
  const tokenHash = hashSecret(input.token);
  const now = new Date(deps.clock());
  const taken = await deps.control.setupToken.updateMany({
    where: { tokenHash, purpose: PURPOSE, usedAt: null, expiresAt: { gt: now } },
    data: { usedAt: now },
  });
  if (taken.count !== 1 || !(await needsSetup(deps))) {
    throw new AppError('expired', { class: 'permanent', message: 'This set-up link has been used or is too old. Restart Readroom to get a new one.' });
  }
  try {
    return await makeFirstAdministrator(deps, input);
  } catch (error) {
    await deps.control.setupToken.updateMany({ where: { tokenHash }, data: { usedAt: null } });
    throw error;
  }
}

async function makeFirstAdministrator(deps: Deps, input: SetupInput): Promise<{ organisation: string; email: string }> {
  const slug = await freeSlug(deps, input.organisation);
  const { organisation, role } = await provisionOrganisation(deps.pool, deps.control, { id: deps.makeId(), name: input.organisation, slug, demo: false });
  if (role.problem !== null) deps.log.warn({ event: 'tenancy.role-missing', schema: organisation.schemaName, problem: role.problem });
  const person = await createPerson(deps, input);
  await setMembership(deps.control, person.id, organisation.id, 'admin');
  await adoptLocalNode(deps, organisation.id);
  deps.log.info({ event: 'setup.done', organisation: organisation.id });
  return { organisation: organisation.id, email: input.email };
}

/** `St. Anna Ziekenhuis` -> `st-anna-ziekenhuis`; a second hospital of that name gets a number. */
async function freeSlug(deps: Deps, name: string): Promise<string> {
  const plain = name.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 30);
  const base = plain === '' || plain === 'demo' ? 'hospital' : plain;
  const taken = new Set((await deps.control.organisation.findMany({ select: { schemaName: true } })).map((one) => one.schemaName));
  for (let n = 1; ; n += 1) {
    const slug = n === 1 ? base : `${base}-${n}`;
    if (!taken.has(`h_${slug.replaceAll('-', '_')}`)) return slug;
  }
}
