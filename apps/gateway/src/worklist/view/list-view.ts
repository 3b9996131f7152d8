import type { Member } from '@readroom/shared/access/can';
import { completeView, listViewSchema, type ListView } from '@readroom/shared/worklist/list-view';
import { requireCan } from '../../auth/session.ts';
import type { Deps } from '../../infra/deps.ts';

/** How this reader wants their list to look; null: as it comes. */
export async function listView(deps: Deps, member: Member): Promise<ListView | null> {
  requireCan(member, 'worklist.view', member.organisation);
  const { client } = await deps.hospital(member.organisation);
  const row = await client.listView.findUnique({ where: { userId: member.userId } });
  return row && completeView(listViewSchema.parse(row.view));
}

/** Keeps it, or forgets it: null is back to the default. */
export async function setListView(deps: Deps, member: Member, view: ListView | null): Promise<void> {
  requireCan(member, 'worklist.view', member.organisation);
  const { client } = await deps.hospital(member.organisation);
  const { userId } = member;
  if (view === null) await client.listView.deleteMany({ where: { userId } });
  else await client.listView.upsert({ where: { userId }, create: { userId, view }, update: { view } });
}
