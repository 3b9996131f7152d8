import { createHmac } from 'node:crypto';
import type { Deps } from '../infra/deps.ts';

const PREFIX = 'canary:';

/** The organisation whose canary this account is, or null for a person's: theirs are UUIDs. */
export function canaryOrganisation(userId: string): string | null {
  return userId.startsWith(PREFIX) ? userId.slice(PREFIX.length) : null;
}

export interface CanarySession {
  /** The value of the Cookie header. */
  readonly cookie: string;
  end(): Promise<void>;
}

/**
 * AL6: a session of an account that has no password and belongs to no organisation, so that it may see nothing at all; its socket
 * is let in as anybody's is, by this cookie. `end` it when the run is over.
 */
export async function openCanarySession(deps: Deps, organisation: string): Promise<CanarySession> {
  const { internalAdapter, authCookies, secret } = await deps.auth.$context;
  const id = `${PREFIX}${organisation}`;
  await deps.control.user.createMany({ data: [{ id, name: 'Alert path canary', email: `${id}@readroom.invalid`, emailVerified: true }], skipDuplicates: true });
  const { token } = await internalAdapter.createSession(id);
  const signature = createHmac('sha256', secret).update(token).digest('base64');
  return {
    cookie: `${authCookies.sessionToken.name}=${encodeURIComponent(`${token}.${signature}`)}`,
    end: () => internalAdapter.deleteSession(token),
  };
}
