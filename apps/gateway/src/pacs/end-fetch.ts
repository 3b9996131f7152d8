import type { HospitalTx } from '@readroom/db';
import type { PriorFetched } from '@readroom/shared/wire/prior-fetched';

/** A fetch ended: every study that shows this prior says how. */
export async function endFetch(tx: HospitalTx, { study, problem }: PriorFetched): Promise<void> {
  await tx.priorStudy.updateMany({ where: { priorUid: study.studyUid }, data: { fetchAskedAt: null, fetchProblem: problem } });
}
