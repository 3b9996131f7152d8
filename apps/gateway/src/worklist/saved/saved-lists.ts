import type { Hospital, HospitalTx } from '@readroom/db';
import { can, type Member } from '@readroom/shared/access/can';
import { AppError } from '@readroom/shared/error';
import { MAX_OWN_LISTS, MAX_SHARED_LISTS, savedListSchema, type ListChange, type SavedList, type SavedLists } from '@readroom/shared/worklist/saved-list';
import { audit, by } from '../../audit/audit.ts';
import { requireCan } from '../../auth/session.ts';
import type { Deps } from '../../infra/deps.ts';
import { conflict, forbidden } from '../../study/refusals.ts';

async function hospitalOf(deps: Deps, member: Member): Promise<Hospital> {
  requireCan(member, 'worklist.view', member.organisation);
  return deps.hospital(member.organisation);
}

/** The reader's own lists and those shared in their hospital. */
export async function savedLists(deps: Deps, member: Member): Promise<SavedLists> {
  const { client } = await hospitalOf(deps, member);
  const [own, others, chosen] = await Promise.all([
    client.savedList.findMany({ where: { ownerId: member.userId }, orderBy: [{ name: 'asc' }, { id: 'asc' }], take: MAX_OWN_LISTS }),
    client.savedList.findMany({ where: { shared: true, NOT: { ownerId: member.userId } }, orderBy: [{ name: 'asc' }, { id: 'asc' }], take: MAX_SHARED_LISTS }),
    client.defaultList.findUnique({ where: { userId: member.userId } }),
  ]);
  const lists = [...own, ...others].map(listOf);
  // A list that was shared once and is not any more is nobody else's default.
  return { lists, defaultId: lists.some(({ id }) => id === chosen?.listId) ? (chosen?.listId ?? null) : null };
}

/** Keeps a filter under a name. Throws `conflict` when the reader, or the hospital's shared lists, have as many as they may. */
export async function saveList(deps: Deps, member: Member, list: Pick<SavedList, 'name' | 'filter' | 'shared'>): Promise<SavedList> {
  return inOneTurn(await hospitalOf(deps, member), async (tx) => {
    if ((await tx.savedList.count({ where: { ownerId: member.userId } })) >= MAX_OWN_LISTS) throw conflict(`You have ${MAX_OWN_LISTS} lists, as many as one may keep. Delete one first.`);
    if (list.shared) await requireRoom(tx);
    const row = await tx.savedList.create({ data: { ...list, id: deps.makeId(), ownerId: member.userId, ownerName: member.name } });
    await audit(tx, { ...by(member), action: 'list.save', subject: { listId: row.id, shared: row.shared } });
    return listOf(row);
  });
}

/** Renames, shares or unshares a list, or gives it another filter. Throws `not-found`, `forbidden` (another's), `conflict`. */
export async function changeList(deps: Deps, member: Member, { id, name, filter, shared }: ListChange): Promise<SavedList> {
  return inOneTurn(await hospitalOf(deps, member), async (tx) => {
    const held = await requireOwn(tx, member, id);
    if (shared === true && !held.shared) await requireRoom(tx);
    const row = await tx.savedList.update({ where: { id }, data: { ...(name === undefined ? {} : { name }), ...(filter === undefined ? {} : { filter }), ...(shared === undefined ? {} : { shared }) } });
    await audit(tx, { ...by(member), action: 'list.change', subject: { listId: id, shared: row.shared } });
    return listOf(row);
  });
}

/** An administrator removes shared lists too, of members who have left. Throws `not-found`, `forbidden` (another's). */
export async function removeList(deps: Deps, member: Member, id: string): Promise<void> {
  await inOneTurn(await hospitalOf(deps, member), async (tx) => {
    if (can(member, 'members.manage', member.organisation)) await requireSeen(tx, member, id);
    else await requireOwn(tx, member, id);
    await tx.savedList.delete({ where: { id } });
    await audit(tx, { ...by(member), action: 'list.remove', subject: { listId: id } });
  });
}

/** The list the reader's page opens with; null is the whole list. Throws `not-found`. */
export async function setDefaultList(deps: Deps, member: Member, id: string | null): Promise<void> {
  await inOneTurn(await hospitalOf(deps, member), async (tx) => {
    if (id === null) {
      await tx.defaultList.deleteMany({ where: { userId: member.userId } });
      return;
    }
    await requireSeen(tx, member, id);
    await tx.defaultList.upsert({ where: { userId: member.userId }, create: { userId: member.userId, listId: id }, update: { listId: id } });
  });
}

type Row = Awaited<ReturnType<typeof requireSeen>>;

function listOf({ id, name, filter, shared, ownerId, ownerName }: Row): SavedList {
  return savedListSchema.parse({ id, name, filter, shared, owner: { id: ownerId, name: ownerName } });
}

/** One change of lists at a time in a hospital, so that two at once can't pass a bound. */
function inOneTurn<T>(hospital: Hospital, work: (tx: HospitalTx) => Promise<T>): Promise<T> {
  return hospital.client.$transaction(async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`readroom lists ${hospital.schema}`}, 0))`;
    return work(tx);
  });
}

async function requireRoom(tx: HospitalTx): Promise<void> {
  if ((await tx.savedList.count({ where: { shared: true } })) >= MAX_SHARED_LISTS) throw conflict(`The hospital shares ${MAX_SHARED_LISTS} lists, as many as it may. Save it for yourself, or have one unshared.`);
}

/** Another reader's own list, and another hospital's, are as if they were not there. */
async function requireSeen(tx: HospitalTx, member: Member, id: string) {
  const row = await tx.savedList.findUnique({ where: { id } });
  if (!row || (!row.shared && row.ownerId !== member.userId)) throw new AppError('not-found', { class: 'permanent', message: 'This list is not there: it was deleted, or is not shared with you.' });
  return row;
}

async function requireOwn(tx: HospitalTx, member: Member, id: string): Promise<Row> {
  const row = await requireSeen(tx, member, id);
  if (row.ownerId !== member.userId) throw forbidden(`${row.ownerName} keeps this list. Save one of your own with the same filter.`);
  return row;
}
