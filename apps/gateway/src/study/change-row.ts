import type { Hospital, HospitalTx } from '@readroom/db';
import type { Action, Member } from '@readroom/shared/access/can';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { requireCan } from '../auth/session.ts';
import type { Deps } from '../infra/deps.ts';
import { publishPatch } from '../worklist/push.ts';
import type { refreshWorklistItem } from '../worklist/refresh.ts';
import { hasLeftTheList } from './refusals.ts';
import { inTransaction } from './retry.ts';

type Refreshed = ReturnType<typeof refreshWorklistItem>;

/** A person changes one row: who may, one transaction that ends with the row refreshed, and every browser told. Throws `forbidden`, `conflict`, and what `work` throws. */
export async function changeRow(deps: Deps, member: Member, action: Action, work: (tx: HospitalTx, hospital: Hospital) => Refreshed): Promise<WorklistItem> {
  requireCan(member, action, member.organisation);
  const hospital = await deps.hospital(member.organisation);
  const patch = await inTransaction(hospital, (tx) => work(tx, hospital));
  publishPatch(deps, member.organisation, patch);
  const [item] = patch.upserts;
  if (!item) throw hasLeftTheList();
  return item;
}
