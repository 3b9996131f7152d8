import type { IncomingHttpHeaders } from 'node:http';
import { can } from '@readroom/shared/access/can';
import type { Action, Member } from '@readroom/shared/access/can';
import { roleSchema } from '@readroom/shared/access/role';
import { AppError } from '@readroom/shared/error';
import { databaseUnavailable } from '../http/errors.ts';
import type { Deps } from '../infra/deps.ts';
import { isDemoEmail } from '../setup/demo-accounts.ts';

/** Names the organisation a request is about, for people who belong to several. Without it: the one they joined first. */
export const ORGANISATION_HEADER = 'x-readroom-organisation';

export interface SignedIn {
  readonly user: { readonly id: string; readonly name: string; readonly email: string };
  readonly sessionId: string;
  /** Milliseconds since epoch; moves on while the session is used. */
  readonly expiresAt: number;
  /** Every organisation the person belongs to, in the order of joining. */
  readonly memberships: readonly { readonly member: Member; readonly organisationName: string; readonly demo: boolean }[];
}

/** Who sends this, by the session cookie; null when nobody is signed in. Reads the database each time: a removed member is out at once. */
export async function signedIn(deps: Deps, headers: IncomingHttpHeaders): Promise<SignedIn | null> {
  if (!headers.cookie?.includes('readroom.session_token')) return null;
  const found = await readSession(deps, headers.cookie);
  if (!found || (isDemoEmail(found.user.email) && !deps.env.demo)) return null;
  const rows = await deps.control.membership.findMany({
    where: { userId: found.user.id },
    include: { organisation: true },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
  return {
    user: { id: found.user.id, name: found.user.name, email: found.user.email },
    sessionId: found.session.id,
    expiresAt: found.session.expiresAt.getTime(),
    memberships: rows.map((row) => ({
      member: { userId: found.user.id, name: found.user.name, organisation: row.organisationId, role: roleSchema.parse(row.role) },
      organisationName: row.organisation.name,
      demo: row.organisation.demo,
    })),
  };
}

/** better-auth turns every failure of its query into an unexplained 500: nothing but the database can fail here. */
function readSession(deps: Deps, cookie: string): ReturnType<Deps['auth']['api']['getSession']> {
  return deps.auth.api.getSession({ headers: new Headers({ cookie }) }).catch((error: unknown) => {
    throw databaseUnavailable(error);
  });
}

/** The membership a request speaks for; null when the named organisation is not one of theirs. */
export function chooseMember(person: SignedIn, headers: IncomingHttpHeaders): Member | null {
  const wanted = headers[ORGANISATION_HEADER];
  const chosen = typeof wanted === 'string' ? person.memberships.find((one) => one.member.organisation === wanted) : person.memberships[0];
  return chosen?.member ?? null;
}

/** For REST routes and sockets: the member, or `unauthenticated`; with an action, `forbidden` when the role may not. */
export async function requireMember(deps: Deps, headers: IncomingHttpHeaders, action?: Action): Promise<Member> {
  const person = await signedIn(deps, headers);
  const member = person && chooseMember(person, headers);
  if (!member) throw new AppError('unauthenticated', { class: 'permanent', message: 'Sign in first: your session is missing or over.' });
  if (action !== undefined) requireCan(member, action, member.organisation);
  return member;
}

/** Throws `forbidden` unless the member may do this to something of that organisation. */
export function requireCan(member: Member, action: Action, organisation: string): void {
  if (can(member, action, organisation)) return;
  throw new AppError('forbidden', { class: 'permanent', message: 'Your role does not allow this.' });
}
