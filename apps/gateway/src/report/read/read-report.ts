import { createHash } from 'node:crypto';
import type { HospitalClient } from '@readroom/db';
import type { Member } from '@readroom/shared/access/can';
import { can } from '@readroom/shared/access/can';
import { AppError } from '@readroom/shared/error';
import { SECTIONS, canonicalAddendumSchema, canonicalReportSchema, isSealed } from '@readroom/shared/report/report';
import type { CanonicalReport } from '@readroom/shared/report/report';
import type { AddendumText, ReportView, SectionDiff, VersionHead, VersionKind, VersionText } from '@readroom/shared/report/report-view';
import { diffText } from '@readroom/shared/report/text-diff';
import { z } from 'zod';
import { audit, by } from '../../audit/audit.ts';
import { requireCan } from '../../auth/session.ts';
import type { Deps } from '../../infra/deps.ts';
import { authoredParagraphs, loadDocument } from '../document.ts';
import { lateEditOf } from './late-edit.ts';
import { findReport, penHolder } from '../report-store.ts';
import { refusal } from '../seal/sign.ts';

type VersionRow = Awaited<ReturnType<HospitalClient['reportVersion']['findMany']>>[number];

const kindSchema = z.enum(['preliminary', 'final', 'addendum']);

/** State, versions and late edits of one of the member's own reports. The read is audited (TN2). */
export async function getReport(deps: Deps, member: Member, reportId: string): Promise<ReportView> {
  requireCan(member, 'report.view', member.organisation);
  const hospital = await deps.hospital(member.organisation);
  const report = await findReport(hospital.client, hospital, reportId);
  if (!report) throw refusal('not-found', 'There is no such report.');
  const study = await hospital.client.study.findUniqueOrThrow({ where: { id: report.studyId }, select: { studyUid: true } });
  const versions = await hospital.client.reportVersion.findMany({ where: { reportId }, orderBy: { version: 'asc' } });
  const late = await hospital.client.quarantine.findMany({ where: { reportId }, orderBy: { at: 'asc' } });
  const signed = versions.find((row) => row.kind === 'final');
  const signedText = signed ? reportOf(signed) : null;
  const holder = penHolder(report, deps.clock());
  await audit(hospital.client, { ...by(member), action: 'report.view', subject: { reportId, studyId: report.studyId } });
  return {
    id: report.id,
    studyId: report.studyId,
    studyUid: study.studyUid,
    state: report.state,
    frozen: holder === null ? null : { by: holder, name: await nameOf(deps, holder), until: report.frozenUntil ?? 0 },
    may: {
      edit: can(member, 'report.edit', member.organisation) && !isSealed(report.state),
      sign: can(member, 'report.sign', member.organisation) && !isSealed(report.state),
      addend: can(member, 'report.addend', member.organisation) && isSealed(report.state),
    },
    versions: versions.map(headOf),
    lateEdits: late.map((row) => lateEditOf(row, signedText)),
  };
}

export async function nameOf(deps: Deps, userId: string): Promise<string> {
  const user = await deps.control.user.findUnique({ where: { id: userId }, select: { name: true } });
  return user?.name ?? 'Somebody';
}

/** One version as it was sealed, with the addenda up to it; who wrote each run of it (RP3, RP4). */
export async function readVersion(deps: Deps, member: Member, reportId: string, version: number): Promise<VersionText> {
  requireCan(member, 'report.view', member.organisation);
  const hospital = await deps.hospital(member.organisation);
  const rows = await hospital.client.reportVersion.findMany({ where: { reportId, version: { lte: version } }, orderBy: { version: 'asc' } });
  const wanted = rows.find((row) => row.version === version);
  if (!wanted) throw refusal('not-found', 'There is no such version of the report.');
  await audit(hospital.client, { ...by(member), action: 'report.view', subject: { reportId, version } });
  return versionText(rows, wanted);
}

/** What changed from one version to another, section by section, word by word (RP4). */
export async function compareVersions(deps: Deps, member: Member, reportId: string, from: number, to: number): Promise<SectionDiff[]> {
  const before = await readVersion(deps, member, reportId, from);
  const after = await readVersion(deps, member, reportId, to);
  const sections = SECTIONS.map((section) => ({ section, parts: diffText(textOf(before, section), textOf(after, section)) }));
  const addenda = { section: 'addenda' as const, parts: diffText(addendaOf(before), addendaOf(after)) };
  return [...sections, addenda].filter(({ parts }) => parts.some((part) => part.kind !== 'same'));
}

function textOf(text: VersionText, name: string): string {
  return text.sections.find((section) => section.name === name)?.paragraphs.join('\n') ?? '';
}

function addendaOf(text: VersionText): string {
  return text.addenda.map((addendum) => addendum.paragraphs.join('\n')).join('\n\n');
}

function versionText(rows: readonly VersionRow[], wanted: VersionRow): VersionText {
  const base = rows.findLast((row) => row.kind !== 'addendum') ?? wanted;
  const report = reportOf(base);
  const doc = loadDocument([base.state]);
  return {
    ...headOf(wanted),
    report: headOf(base),
    patient: report.patient,
    studyUid: report.studyUid,
    sections: report.sections.map(({ name, paragraphs }) => ({ name, paragraphs, authored: authoredParagraphs(doc, name) })),
    addenda: rows.filter((row) => row.kind === 'addendum').map(addendumOf),
  };
}

function headOf(row: VersionRow): VersionHead {
  const kind: VersionKind = kindSchema.parse(row.kind);
  return { version: row.version, kind, hash: row.hash, signedBy: { id: row.signedBy, name: row.signedName }, signedAt: row.signedAt.getTime() };
}

function reportOf(row: VersionRow): CanonicalReport {
  return canonicalReportSchema.parse(openSeal(row));
}

function addendumOf(row: VersionRow): AddendumText {
  const { paragraphs, author } = canonicalAddendumSchema.parse(openSeal(row));
  const { version, signedBy, signedAt, hash } = headOf(row);
  return { version, paragraphs, author, signedBy, signedAt, hash };
}

/** Nothing is shown as signed whose bytes no longer hash to what was signed (RP1). */
function openSeal(row: VersionRow): unknown {
  const hash = createHash('sha256').update(row.canonical, 'utf8').digest('hex');
  if (hash !== row.hash) {
    const message = `Version ${row.version} of this report does not match its seal: the database was changed from outside. Tell your administrator.`;
    throw new AppError('seal-broken', { class: 'permanent', message });
  }
  return JSON.parse(row.canonical);
}
