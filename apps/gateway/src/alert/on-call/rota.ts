import type { Member } from '@readroom/shared/access/can';
import { rotaSchema } from '@readroom/shared/alert/rota';
import type { Named, Rota, RotaChange, RotaView, Seat } from '@readroom/shared/alert/rota';
import { AppError } from '@readroom/shared/error';
import { audit, by } from '../../audit/audit.ts';
import { requireCan } from '../../auth/session.ts';
import type { Deps } from '../../infra/deps.ts';
import { conflict } from '../../study/refusals.ts';
import { isConflict } from '../../study/retry.ts';
import { newestRota, onCallAt, readersOf, whoMayAnswer } from './asked.ts';

const HISTORY = 20;

/** AL13: the rota in force, those before it, and who is called at this moment. Throws `forbidden`. */
export async function viewRota(deps: Deps, member: Member): Promise<RotaView> {
  const { organisation } = member;
  requireCan(member, 'alert.report', organisation);
  const { client } = await deps.hospital(organisation);
  const [{ timeZone }, rows, candidates, current] = await Promise.all([
    client.hospitalState.findUniqueOrThrow({ where: { id: 1 }, select: { timeZone: true } }),
    client.onCallRota.findMany({ orderBy: { version: 'desc' }, take: HISTORY }),
    readersOf(deps, organisation),
    newestRota(client),
  ]);
  const now = async (seat: 'primary' | 'backup') => whoMayAnswer(deps, organisation, await onCallAt(client, seat, deps.clock()));
  return {
    timeZone, ...current, candidates,
    history: rows.map(({ version, rota, byName, at }) => ({ version, rota: rotaSchema.parse(rota), by: byName, at: at.getTime() })),
    now: { primary: await now('primary'), backup: await now('backup') },
  };
}

/**
 * Writes the next version of the rota, in force at once for every step recorded from now on. Throws `forbidden`, `bad-input` for
 * somebody who may not acknowledge here, and `conflict` when another administrator was first.
 */
export async function changeRota(deps: Deps, member: Member, { basedOn, rota }: RotaChange): Promise<RotaView> {
  const { organisation } = member;
  requireCan(member, 'hospital.configure', organisation);
  const names = new Map((await readersOf(deps, organisation)).map((person) => [person.id, person.name]));
  const written: Rota = { primary: named(rota.primary, names), backup: named(rota.backup, names) };
  const { client } = await deps.hospital(organisation);
  await client
    .$transaction(async (tx) => {
      if ((await newestRota(tx)).version !== basedOn) throw changedMeanwhile();
      await tx.onCallRota.create({ data: { version: basedOn + 1, rota: written, byId: member.userId, byName: member.name, at: new Date(deps.clock()) } });
      await audit(tx, { ...by(member), action: 'on-call.change', subject: { version: basedOn + 1, primary: written.primary.kind, backup: written.backup.kind } });
    })
    .catch((error: unknown) => {
      throw isConflict(error) ? changedMeanwhile() : error;
    });
  return viewRota(deps, member);
}

function changedMeanwhile(): AppError {
  return conflict('Somebody else has changed the rota meanwhile. Open this page again and look at theirs first.');
}

/** Under the names the house has for them, never those a page sent. */
function named(seat: Seat, names: ReadonlyMap<string, string>): Seat {
  const known = ({ id }: Named): Named => {
    const name = names.get(id);
    if (name === undefined) throw new AppError('bad-input', { class: 'permanent', message: 'Somebody on this rota may not acknowledge alerts here. Open this page again and choose residents or attendings.' });
    return { id, name };
  };
  if (seat.kind === 'role') return seat;
  if (seat.kind === 'people') return { kind: 'people', people: seat.people.map(known) };
  return { kind: 'weekly', shifts: seat.shifts.map((shift) => ({ ...shift, people: shift.people.map(known) })) };
}
