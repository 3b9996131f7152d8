import type { HospitalTx } from '@readroom/db';
import { rank, RANK_VERSION, type Rank, type RankInput } from '@readroom/shared/priority/rank';
import type { WorklistPatch } from '@readroom/shared/worklist/events';
import { searchTerms } from '@readroom/shared/worklist/search';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { isReported, itemOf, loadRow, rankInputOf } from './item.ts';
import { momentOf, takeRevision, type HospitalMoment } from './revision.ts';

/** Why a row was recomputed; stands in the journal. */
export type RefreshCause =
  | 'received'
  | 'analysed'
  | 'analysis-requested'
  | 'analysis-cancelled'
  | 'analysis-timed-out'
  | 'feedback'
  | 'claimed'
  | 'released'
  | 'opened'
  | 'moved'
  | 'move-taken-back'
  | 'move-expired'
  | 'overdue'
  | 'put-aside'
  | 'taken-up'
  | 'aside-over'
  | 'policy-changed'
  | 'report'
  | 'alert';

export type RowPatch = Omit<WorklistPatch, 'organisation'>;

/**
 * Recomputes one study's rank and row inside the caller's transaction: journal, row, and the patch to publish after the
 * commit. `revision` is one taken earlier in the same transaction; without it the next is taken here.
 */
export async function refreshWorklistItem(tx: HospitalTx, studyId: string, cause: RefreshCause, revision?: number): Promise<RowPatch> {
  const moment = revision === undefined ? await takeRevision(tx) : await momentOf(tx, revision);
  const row = await loadRow(tx, studyId);
  const input = rankInputOf(row);
  const ranked = rank(input, moment.policy);
  const item = itemOf(row, input, ranked, moment.revision);
  const isLive = !isReported(row) && !row.fetchedAsPrior;
  await writeJournal(tx, moment, cause, item.studyUid, isLive ? input : null);
  await writeItem(tx, item, ranked, { isLive, policyVersion: moment.policyVersion });
  return {
    prev: moment.revision - 1,
    rev: moment.revision,
    upserts: isLive ? [item] : [],
    removed: isLive ? [] : [item.studyUid],
  };
}

/** A study touched twice under one revision has one journal row, the last: the list showed no other. */
async function writeJournal(tx: HospitalTx, moment: HospitalMoment, cause: RefreshCause, studyUid: string, input: RankInput | null): Promise<void> {
  const revision = BigInt(moment.revision);
  const words = { cause, rankVersion: RANK_VERSION, policyVersion: moment.policyVersion, policy: moment.policy };
  // Left out rather than null: Prisma tells a JSON null from a database NULL, and an absent value is the latter.
  const row = input ? { ...words, input } : words;
  await tx.rankJournal.upsert({ where: { revision_studyUid: { revision, studyUid } }, create: { ...row, revision, studyUid }, update: row });
}

async function writeItem(tx: HospitalTx, item: WorklistItem, ranked: Rank, { isLive, policyVersion }: { readonly isLive: boolean; readonly policyVersion: number }): Promise<void> {
  const row = {
    policyVersion,
    live: isLive,
    tier: ranked.tier,
    sortKey: BigInt(ranked.sortKey),
    dueAt: new Date(ranked.dueAt),
    reasons: item.reasons,
    modality: item.modality,
    status: item.status,
    ai: item.ai,
    receivedAt: new Date(item.receivedAt),
    searchTerms: searchTerms(item),
    item,
    revision: BigInt(item.revision),
  };
  await tx.worklistItem.upsert({ where: { studyId: item.studyId }, create: { ...row, studyId: item.studyId, studyUid: item.studyUid }, update: row });
}
