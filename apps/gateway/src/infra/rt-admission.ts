import type { Socket } from 'socket.io';
import { can } from '@readroom/shared/access/can';
import type { Member } from '@readroom/shared/access/can';
import { roleSchema } from '@readroom/shared/access/role';
import { z } from 'zod';
import { canaryOrganisation } from '../auth/canary-session.ts';
import { signedIn } from '../auth/session.ts';
import type { Deps } from './deps.ts';

/** Who listens where: `named` rooms hear who the patient is, `unnamed` ones (IT) never do. `repeats` hear that a series was flagged, and the heads. */
export const rooms = {
  named: (organisation: string): string => `org:${organisation}:named`,
  unnamed: (organisation: string): string => `org:${organisation}:unnamed`,
  /** The gateway's own listener (AL6): it hears canaries and nothing else. */
  canary: (organisation: string): string => `org:${organisation}:canary`,
  repeats: (organisation: string): string => `org:${organisation}:repeats`,
  user: (userId: string): string => `user:${userId}`,
};

/** Lets a browser in by its session cookie and puts it into the rooms of its memberships; false refuses it. */
export async function admit(deps: Deps, socket: Socket): Promise<boolean> {
  const person = await signedIn(deps, socket.request.headers);
  const canary = person && canaryOrganisation(person.user.id);
  if (!person || (person.memberships.length === 0 && canary === null)) return false;
  socket.data = { userId: person.user.id, sessionId: person.sessionId, expiresAt: person.expiresAt };
  const mine = [...roomsOf(person.memberships.map(({ member }) => member)), ...(canary === null ? [] : [rooms.canary(canary)])];
  // A recovered socket brings its old rooms: what it may see is what the session says now.
  for (const room of socket.rooms) if (room.startsWith('org:') && !mine.includes(room)) await socket.leave(room);
  await socket.join([rooms.user(person.user.id), ...mine]);
  return true;
}

function roomsOf(members: readonly Member[]): string[] {
  return members.flatMap((member) => {
    const { organisation } = member;
    const list = can(member, 'worklist.view', organisation) ? [can(member, 'patient.identify', organisation) ? rooms.named(organisation) : rooms.unnamed(organisation)] : [];
    return [...list, ...(can(member, 'repeat.view', organisation) ? [rooms.repeats(organisation)] : [])];
  });
}

/** What a socket remembers of its session. */
export const socketDataSchema = z.object({ userId: z.string(), sessionId: z.string(), expiresAt: z.number() });

/**
 * socket.io sends what a socket missed before any middleware is asked. So a session that ended meanwhile, or whose rooms
 * are no longer the person's, is not recovered: the socket begins anew and the page refetches.
 */
export function guardRecovery(deps: Deps): void {
  const { adapter } = deps.rt.io.of('/');
  const restore = adapter.restoreSession.bind(adapter);
  adapter.restoreSession = async (pid, offset) => {
    const session = await restore(pid, offset);
    const allowed = session && (await stillAllowed(deps, session.data, session.rooms).catch(() => false));
    // socket.io takes null for "unknown"; its type does not say so.
    return allowed ? session : (null as unknown as typeof session);
  };
}

async function stillAllowed(deps: Deps, data: unknown, held: readonly string[]): Promise<boolean> {
  const known = socketDataSchema.safeParse(data);
  if (!known.success || known.data.expiresAt < deps.clock()) return false;
  const { userId, sessionId } = known.data;
  const session = await deps.control.session.findUnique({ where: { id: sessionId }, select: { id: true } });
  const rows = await deps.control.membership.findMany({ where: { userId }, select: { organisationId: true, role: true } });
  const mine = new Set(roomsOf(rows.map((row) => ({ userId, name: '', organisation: row.organisationId, role: roleSchema.parse(row.role) }))));
  return session !== null && held.every((room) => !room.startsWith('org:') || mine.has(room));
}

