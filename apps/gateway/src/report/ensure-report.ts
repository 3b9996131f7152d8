import type { Hospital, HospitalTx } from '@readroom/db';
import { AppError } from '@readroom/shared/error';
import { markSchema, measurementSchema, severitySchema, sideSchema } from '@readroom/shared/finding/finding';
import { proposalsOf } from '@readroom/shared/report/paragraphs';
import { planProposals } from '@readroom/shared/report/proposal';
import type { ProposedFinding } from '@readroom/shared/report/proposal';
import { SECTIONS, isSealed } from '@readroom/shared/report/report';
import type { Author } from '@readroom/shared/report/report';
import { templateFor } from '@readroom/shared/report/template';
import { z } from 'zod';
import type { Deps } from '../infra/deps.ts';
import { inTransaction } from '../study/retry.ts';
import { SYSTEM_AUTHOR, appendParagraph, captureUpdate, newDocument, putProposal, stampAuthor } from './document.ts';
import { appendUpdates, writeDocument } from './report-store.ts';

const TEMPLATE_AUTHOR: Author = { kind: 'template', id: 'template', name: 'Template', acceptedBy: null };

/**
 * The report of a study, made with its template and the AI's proposals when there is none yet. One per study, however often and from
 * however many gateways it is called. Throws `not-found` for a study this hospital doesn't have.
 */
export async function ensureReport(deps: Deps, organisationId: string, studyId: string): Promise<{ readonly reportId: string }> {
  const hospital = await deps.hospital(organisationId);
  return inTransaction(hospital, async (tx) => ({ reportId: await ensureReportIn(tx, hospital, studyId) }));
}

export async function ensureReportIn(tx: HospitalTx, hospital: Hospital, studyId: string): Promise<string> {
  const found = await tx.report.findUnique({ where: { studyId }, select: { id: true } });
  if (found) return found.id;
  const study = await tx.study.findUnique({ where: { id: studyId }, select: { modality: true, bodyPart: true } });
  if (!study) throw new AppError('not-found', { class: 'permanent', message: 'There is no such study.' });
  // Two that make it at the same time: the second waits for the first, finds its row and leaves the template to it.
  const made = await tx.report.createManyAndReturn({ data: [{ studyId }], skipDuplicates: true, select: { id: true } });
  const reportId = made[0]?.id ?? (await tx.report.findUniqueOrThrow({ where: { studyId }, select: { id: true } })).id;
  if (made[0]) {
    await writeTemplate(tx, reportId, study);
    await syncProposals(tx, hospital, reportId, studyId);
  }
  return reportId;
}

async function writeTemplate(tx: HospitalTx, reportId: string, study: { modality: string; bodyPart: string }): Promise<void> {
  const texts = templateFor(study.modality, study.bodyPart);
  const update = captureUpdate(newDocument(), (doc) => {
    stampAuthor(doc, doc.clientID, TEMPLATE_AUTHOR);
    for (const section of SECTIONS) for (const text of texts[section]) appendParagraph(doc, section, text);
  });
  if (update) await appendUpdates(tx, reportId, [{ update, authorId: TEMPLATE_AUTHOR.id }]);
}

/** Offers what is new and takes back what nobody says any more. A signed report is left alone. */
export async function syncProposals(tx: HospitalTx, hospital: Hospital, reportId: string, studyId: string): Promise<void> {
  const current = await currentFindings(tx, studyId);
  await writeDocument(tx, hospital, reportId, ({ doc, report }) => {
    if (isSealed(report.state)) return;
    const { add, withdraw } = planProposals(proposalsOf(doc), current);
    if (add.length + withdraw.length === 0) return;
    stampAuthor(doc, doc.clientID, SYSTEM_AUTHOR);
    for (const proposal of add) putProposal(doc, proposal);
    for (const proposal of withdraw) putProposal(doc, { ...proposal, status: 'withdrawn' });
  });
}

/** PR9: shadow, withdrawn and switched-off results reach no report. A provisional one is still on its way. */
export async function currentFindings(tx: HospitalTx, studyId: string): Promise<ProposedFinding[]> {
  const analyses = await tx.imageAnalysis.findMany({
    where: { studyId, live: true, role: 'active', status: 'final' },
    include: { findings: { orderBy: [{ confidence: 'desc' }, { findingId: 'asc' }] } },
    orderBy: { modelId: 'asc' },
  });
  return analyses.flatMap((analysis) =>
    analysis.findings
      .filter((finding) => finding.feedback !== 'refuse')
      .map((finding) => ({
        model: { id: analysis.modelId, version: analysis.modelVersion },
        finding: {
          ...finding,
          id: finding.findingId,
          side: sideSchema.nullable().parse(finding.side),
          severity: severitySchema.parse(finding.severity),
          marks: z.array(markSchema).parse(finding.marks),
          measurements: z.array(measurementSchema).parse(finding.measurements),
        },
      })),
  );
}
