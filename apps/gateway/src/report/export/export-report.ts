import type { Member } from '@readroom/shared/access/can';
import { audit, by } from '../../audit/audit.ts';
import { requireCan } from '../../auth/session.ts';
import type { Deps } from '../../infra/deps.ts';
import { readVersion } from '../read/read-report.ts';
import { findReport } from '../report-store.ts';
import { refusal } from '../seal/sign.ts';
import { renderPdf } from './pdf.ts';
import type { RenderedPdf } from './pdf.ts';

export interface ExportedPdf extends RenderedPdf {
  readonly version: number;
  readonly fileName: string;
}

/**
 * The PDF of a version, the newest unless one is named. Throws `conflict` while nothing is sealed: a draft is nobody's word yet.
 * Audited as a read and as an export, with the hash of the bytes that left (TN2).
 */
export async function exportPdf(deps: Deps, member: Member, reportId: string, version: number | null): Promise<ExportedPdf> {
  requireCan(member, 'report.view', member.organisation);
  const hospital = await deps.hospital(member.organisation);
  const report = await findReport(hospital.client, hospital, reportId);
  if (!report) throw refusal('not-found', 'There is no such report.');
  const newest = await hospital.client.reportVersion.findFirst({ where: { reportId }, orderBy: { version: 'desc' }, select: { version: true } });
  if (!newest) throw refusal('conflict', 'This report is a draft. Mark it preliminary or sign it, then download the PDF.');
  const text = await readVersion(deps, member, reportId, version ?? newest.version);
  const study = await hospital.client.study.findUniqueOrThrow({ where: { id: report.studyId } });
  const organisation = await deps.control.organisation.findUniqueOrThrow({ where: { id: member.organisation }, select: { name: true } });
  const pdf = await renderPdf({ hospital: organisation.name, study: { ...study, patientSex: study.sex }, version: text });
  await audit(hospital.client, { ...by(member), action: 'report.export', subject: { reportId, version: text.version, sha256: pdf.sha256 } });
  return { ...pdf, version: text.version, fileName: `report-${reportId}-v${text.version}.pdf` };
}
