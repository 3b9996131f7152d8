import { HospitalPrisma, type Hospital, type HospitalTx } from '@readroom/db';
import { rank, RANK_VERSION } from '@readroom/shared/priority/rank';
import type { Deps } from '../../infra/deps.ts';
import { inTransaction } from '../../study/retry.ts';
import { itemOf, loadRows, rankInputOf, type Row } from '../item.ts';
import { publishPatch } from '../push.ts';
import type { RefreshCause } from '../refresh.ts';
import { takeRevision, type HospitalMoment } from '../revision.ts';

/** Rows of one transaction: whoever else changes the list waits so long at most, some tens of milliseconds. */
const BATCH = 100;
/** Batches of one look; the next look goes on. */
const MAX_BATCHES = 20;
const CAUSE: RefreshCause = 'policy-changed';

/**
 * PR10: ranks open rows that were ranked under an older policy anew, the first of the list first, one transaction a batch. What is
 * left after a look, or was when the gateway went down, is found by the next one's. Open lists are told at the end of a look: of
 * many rows they are told to fetch again. `rows` of one transaction at most.
 */
export async function rerankList(deps: Deps, hospital: Hospital, rows = BATCH): Promise<void> {
  let last: number | null = null;
  for (let batch = 0; batch < MAX_BATCHES && (await hasStale(hospital)); batch += 1) last = await rerankBatch(hospital, rows);
  if (last !== null) publishPatch(deps, hospital.organisationId, { rev: last });
}

async function hasStale({ client }: Hospital): Promise<boolean> {
  const { policyVersion } = await client.hospitalState.findUniqueOrThrow({ where: { id: 1 }, select: { policyVersion: true } });
  return (await client.worklistItem.findFirst({ where: staleUnder(policyVersion), select: { studyId: true } })) !== null;
}

function staleUnder(policyVersion: number): HospitalPrisma.WorklistItemWhereInput {
  return { live: true, policyVersion: { lt: policyVersion } };
}

function rerankBatch(hospital: Hospital, take: number): Promise<number> {
  return inTransaction(hospital, async (tx) => {
    const moment = await takeRevision(tx);
    const stale = await tx.worklistItem.findMany({ where: staleUnder(moment.policyVersion), orderBy: [{ tier: 'asc' }, { sortKey: 'asc' }], take, select: { studyId: true } });
    await write(tx, hospital.schema, moment, await loadRows(tx, { id: { in: stale.map(({ studyId }) => studyId) } }));
    return moment.revision;
  });
}

/** What `refreshWorklistItem` does for one row, for many in two statements: of a row nothing but its place depends on the policy. */
async function write(tx: HospitalTx, schema: string, { revision, policy, policyVersion }: HospitalMoment, rows: readonly Row[]): Promise<void> {
  const made = rows.map((row) => {
    const input = rankInputOf(row);
    const ranked = rank(input, policy);
    return { input, ranked, item: itemOf(row, input, ranked, revision) };
  });
  await tx.rankJournal.createMany({ data: made.map(({ input, item }) => ({ revision: BigInt(revision), studyUid: item.studyUid, cause: CAUSE, rankVersion: RANK_VERSION, policyVersion, policy, input })) });
  const columns = made.map(({ ranked, item }) => ({ id: item.studyId, tier: ranked.tier, key: ranked.sortKey, due: new Date(ranked.dueAt).toISOString(), item }));
  await tx.$executeRaw`
    update ${HospitalPrisma.raw(`"${schema}".worklist_item`)} row
    set tier = made.tier, sort_key = made.key, due_at = made.due, reasons = made.item -> 'reasons', item = made.item, revision = ${revision}::bigint, policy_version = ${policyVersion}
    from jsonb_to_recordset(${JSON.stringify(columns)}::jsonb) as made (id uuid, tier smallint, key bigint, due timestamptz, item jsonb)
    where row.study_id = made.id`;
}
