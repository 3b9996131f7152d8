import type { HospitalTx } from '@readroom/db';
import { can } from '@readroom/shared/access/can';
import { roleSchema } from '@readroom/shared/access/role';
import type { AlertLevel } from '@readroom/shared/alert/alert';
import { NO_ROTA, onCall, rotaSchema } from '@readroom/shared/alert/rota';
import type { Named, Rota, SeatName } from '@readroom/shared/alert/rota';
import type { Deps } from '../../infra/deps.ts';

interface Asking {
  readonly organisation: string;
  readonly studyId: string;
  readonly level: AlertLevel;
  /** ms since epoch. */
  readonly at: number;
}

/**
 * AL13: whom a step names, to be recorded with it: the reader the study is assigned to first, then who is on call. Null where
 * nobody named may acknowledge here any more, or nobody is named at all: the step calls its roles.
 */
export async function askedFor(tx: HospitalTx, deps: Deps, { organisation, studyId, level, at }: Asking): Promise<Named[] | null> {
  if (level === 'end') return null;
  const assigned = level === 'primary' ? await assignedReader(tx, studyId) : null;
  return (await whoMayAnswer(deps, organisation, assigned)) ?? whoMayAnswer(deps, organisation, await onCallAt(tx, level, at));
}

async function assignedReader(tx: HospitalTx, studyId: string): Promise<Named[] | null> {
  const row = await tx.worklistItem.findUnique({ where: { studyId }, select: { assignedTo: true, assignedName: true } });
  return row?.assignedTo == null ? null : [{ id: row.assignedTo, name: row.assignedName ?? '' }];
}

/** Who the rota in force names for the seat, whether they still may answer or not. */
export async function onCallAt(tx: HospitalTx, seat: SeatName, at: number): Promise<Named[] | null> {
  const { timeZone } = await tx.hospitalState.findUniqueOrThrow({ where: { id: 1 }, select: { timeZone: true } });
  return onCall((await newestRota(tx)).rota, seat, at, timeZone);
}

/** The rota in force; version 0 names nobody. */
export async function newestRota(tx: HospitalTx): Promise<{ readonly version: number; readonly rota: Rota }> {
  const row = await tx.onCallRota.findFirst({ orderBy: { version: 'desc' } });
  return row ? { version: row.version, rota: rotaSchema.parse(row.rota) } : { version: 0, rota: NO_ROTA };
}

/** Those of the named who are members and may acknowledge now, under the names they have now; null when none is left. */
export async function whoMayAnswer(deps: Deps, organisation: string, named: readonly Named[] | null): Promise<Named[] | null> {
  if (named === null) return null;
  const able = new Map((await readersOf(deps, organisation)).map((person) => [person.id, person]));
  const found = named.flatMap(({ id }) => able.get(id) ?? []);
  return found.length === 0 ? null : found;
}

/** Everybody who may acknowledge here, by name. */
export async function readersOf(deps: Deps, organisation: string): Promise<Named[]> {
  const rows = await deps.control.membership.findMany({ where: { organisationId: organisation }, select: { userId: true, role: true, user: { select: { name: true } } }, orderBy: [{ user: { name: 'asc' } }, { userId: 'asc' }] });
  return rows.filter(({ userId, role, user }) => can({ userId, name: user.name, organisation, role: roleSchema.parse(role) }, 'alert.acknowledge', organisation)).map(({ userId, user }) => ({ id: userId, name: user.name }));
}
