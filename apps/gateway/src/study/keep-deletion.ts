import type { HospitalTx } from '@readroom/db';
import type { StudyDeleted } from '@readroom/shared/wire/study-deleted';
import type { Said } from './snapshot.ts';

/** Notes that the node which had a study has its images no more. What it said before it got them again changes nothing. */
export async function keepDeletion(tx: HospitalTx, { study: { studyUid } }: StudyDeleted, { nodeId, nodeEpoch, seq, now }: Said): Promise<void> {
  const isNewer = [{ nodeEpoch: { not: nodeEpoch } }, { nodeSeq: { lt: BigInt(seq) } }];
  await tx.study.updateMany({ where: { studyUid, nodeId, OR: isNewer }, data: { deletedAt: new Date(now), nodeEpoch, nodeSeq: BigInt(seq) } });
}
