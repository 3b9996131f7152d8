import type { Deps } from '../infra/deps.ts';
import { inTransaction } from '../study/retry.ts';
import { currentFindings, ensureReportIn, syncProposals } from './ensure-report.ts';

/**
 * Brings a study's report in line with what the AI says now; called after every committed analysis. A study with active, final
 * findings gets its report here, with template and proposals, before anybody opens it. A signed report is left alone.
 */
export async function offerProposals(deps: Deps, organisationId: string, studyId: string): Promise<void> {
  const hospital = await deps.hospital(organisationId);
  await inTransaction(hospital, async (tx) => {
    const report = await tx.report.findUnique({ where: { studyId }, select: { id: true } });
    if (report) return syncProposals(tx, hospital, report.id, studyId);
    if ((await currentFindings(tx, studyId)).length > 0) await ensureReportIn(tx, hospital, studyId);
  });
}
