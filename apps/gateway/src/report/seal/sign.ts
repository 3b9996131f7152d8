import { createHash } from 'node:crypto';
import type { Hospital, HospitalTx } from '@readroom/db';
import type { Member } from '@readroom/shared/access/can';
import { personNameSchema } from '@readroom/shared/dicom/person-name';
import { AppError } from '@readroom/shared/error';
import { canonicalJson } from '@readroom/shared/canonical-json';
import { canonicalReport } from '@readroom/shared/report/canonical';
import type { ReportSubject } from '@readroom/shared/report/canonical';
import { FREEZE_MS } from '@readroom/shared/report/collab-wire';
import { proposalsOf, sectionTexts } from '@readroom/shared/report/paragraphs';
import { openProposals } from '@readroom/shared/report/proposal';
import { isSealed, reportMachine } from '@readroom/shared/report/report';
import type { ReportEvent, ReportState } from '@readroom/shared/report/report';
import type { VersionKind } from '@readroom/shared/report/report-view';
import * as Y from 'yjs';
import { audit, by } from '../../audit/audit.ts';
import { requireCan } from '../../auth/session.ts';
import type { Deps } from '../../infra/deps.ts';
import { inTransaction } from '../../study/retry.ts';
import { publishPatch } from '../../worklist/push.ts';
import { refreshWorklistItem } from '../../worklist/refresh.ts';
import { nextRevision } from '../../worklist/revision.ts';
import { notifyReport } from '../collab/bus.ts';
import { lockReport, penHolder, readDocument } from '../report-store.ts';
import type { ReportRow } from '../report-store.ts';

export interface SignInput {
  readonly reportId: string;
  /** sha256, hex, over the canonical document the signer had on the screen (RP2). */
  readonly contentHash: string;
}

export interface Sealed {
  readonly state: ReportState;
  readonly version: number;
  readonly hash: string;
}

/** Takes the pen: others' edits wait for up to a minute while the signer reads and decides. */
export async function freezeReport(deps: Deps, member: Member, reportId: string): Promise<{ readonly until: number }> {
  requireCan(member, 'report.sign', member.organisation);
  const until = deps.clock() + FREEZE_MS;
  await onReport(deps, member, reportId, async ({ tx, report }) => {
    refuseSealed(report);
    refuseHeld(report, member, deps.clock());
    await tx.report.update({ where: { id: reportId }, data: { frozenBy: member.userId, frozenUntil: new Date(until) } });
  });
  return { until };
}

/** Lets go of the pen without signing. Not holding it is fine. */
export async function unfreezeReport(deps: Deps, member: Member, reportId: string): Promise<void> {
  requireCan(member, 'report.sign', member.organisation);
  await onReport(deps, member, reportId, async ({ tx, report }) => {
    if (report.frozenBy === member.userId) await tx.report.update({ where: { id: reportId }, data: { frozenBy: null, frozenUntil: null } });
  });
}

/** The attending's signature: seals the stored text if it is what the signer saw, and nothing waits for a decision. */
export function signReport(deps: Deps, member: Member, input: SignInput): Promise<Sealed> {
  requireCan(member, 'report.sign', member.organisation);
  return sealReport(deps, member, input, 'sign', 'final');
}

/** A resident's or attending's word that somebody has looked: the critical finding leaves tier 0 (PR3). Editing goes on. */
export function markPreliminary(deps: Deps, member: Member, input: SignInput): Promise<Sealed> {
  requireCan(member, 'report.edit', member.organisation);
  return sealReport(deps, member, input, 'mark-preliminary', 'preliminary');
}

async function sealReport(deps: Deps, member: Member, input: SignInput, event: ReportEvent, kind: VersionKind): Promise<Sealed> {
  return changeListed(deps, member, input.reportId, async ({ tx, report }) => {
    const state = reportMachine.next(report.state, event);
    if (!state) throw refusal('already-signed', `The report is ${report.state} already.`);
    refuseHeld(report, member, deps.clock());
    const doc = await readDocument(tx, report.id);
    if (event === 'sign') refuseOpen(doc);
    const subject = await reportSubject(tx, report.studyId);
    const canonical = canonicalJson(canonicalReport(subject, sectionTexts(doc), proposalsOf(doc)));
    const sealed = await seal(tx, { report, member, canonical, expected: input.contentHash, kind, state: Y.encodeStateAsUpdate(doc), at: deps.clock() });
    await tx.report.update({ where: { id: report.id }, data: { state, frozenBy: null, frozenUntil: null } });
    const action = event === 'sign' ? 'report.sign' : 'report.preliminary';
    await audit(tx, { ...by(member), action, subject: { reportId: report.id, studyId: report.studyId, ...sealed } });
    return { state, ...sealed };
  });
}

export interface SealInput {
  readonly report: ReportRow;
  readonly member: Member;
  /** Canonical text of what is stored. */
  readonly canonical: string;
  /** The hash of what the signer saw. */
  readonly expected: string;
  readonly kind: VersionKind;
  readonly state: Uint8Array;
  readonly at: number;
}

/** Writes the sealed version. Throws `stale-hash` when what is stored is not what the signer saw (RP2). */
export async function seal(tx: HospitalTx, input: SealInput): Promise<{ readonly version: number; readonly hash: string }> {
  const hash = createHash('sha256').update(input.canonical, 'utf8').digest('hex');
  if (hash !== input.expected) {
    throw refusal('stale-hash', 'The stored report is not what was on your screen: the text or the patient changed meanwhile. Nothing was signed. Read it again, then sign.');
  }
  const version = (await tx.reportVersion.count({ where: { reportId: input.report.id } })) + 1;
  const { kind, canonical, member } = input;
  await tx.reportVersion.create({
    data: { reportId: input.report.id, version, kind, canonical, hash, state: new Uint8Array(input.state), signedBy: member.userId, signedName: member.name, signedAt: new Date(input.at) },
  });
  return { version, hash };
}

/** The patient and study a report speaks of, as the hospital has them now. */
export async function reportSubject(tx: HospitalTx, studyId: string): Promise<ReportSubject> {
  const study = await tx.study.findUniqueOrThrow({ where: { id: studyId }, select: { studyUid: true, patientId: true, patientName: true, birthDate: true } });
  return { ...study, patientName: personNameSchema.parse(study.patientName) };
}

export interface OnReport {
  readonly tx: HospitalTx;
  readonly report: ReportRow;
  readonly hospital: Hospital;
}

/** One transaction on the locked row of one of the member's own reports; every gateway hears of it when it commits. */
export async function onReport<T>(deps: Deps, member: Member, reportId: string, work: (on: OnReport) => Promise<T>): Promise<T> {
  const hospital = await deps.hospital(member.organisation);
  return inTransaction(hospital, (tx) => lockAndWork(tx, hospital, reportId, work));
}

/** The same for a deed that the list shows: the study's row is made anew and pushed. */
export async function changeListed<T>(deps: Deps, member: Member, reportId: string, work: (on: OnReport) => Promise<T>): Promise<T> {
  const hospital = await deps.hospital(member.organisation);
  const { result, patch } = await inTransaction(hospital, async (tx) => {
    // The counter's row first, as everywhere: writers queue there and none can deadlock with another (worklist/revision.ts).
    const revision = await nextRevision(tx);
    let studyId = '';
    const done = await lockAndWork(tx, hospital, reportId, (on) => {
      ({ studyId } = on.report);
      return work(on);
    });
    return { result: done, patch: await refreshWorklistItem(tx, studyId, 'report', revision) };
  });
  publishPatch(deps, hospital.organisationId, patch);
  return result;
}

async function lockAndWork<T>(tx: HospitalTx, hospital: Hospital, reportId: string, work: (on: OnReport) => Promise<T>): Promise<T> {
  const report = await lockReport(tx, hospital, reportId);
  if (!report) throw refusal('not-found', 'There is no such report.');
  const done = await work({ tx, report, hospital });
  await notifyReport(tx, { type: 'status', organisation: hospital.organisationId, reportId });
  return done;
}

function refuseSealed(report: ReportRow): void {
  if (isSealed(report.state)) throw refusal('already-signed', 'The report is signed already. Changes are made by addendum.');
}

function refuseHeld(report: ReportRow, member: Member, now: number): void {
  const holder = penHolder(report, now);
  if (holder !== null && holder !== member.userId) throw refusal('conflict', 'Somebody else is signing this report. Try again in a minute.');
}

function refuseOpen(doc: Y.Doc): void {
  const open = openProposals(proposalsOf(doc)).length;
  if (open > 0) throw refusal('conflict', `${open === 1 ? 'One AI proposal is' : `${open} AI proposals are`} still open. Accept or refuse, then sign.`);
}

export function refusal(code: string, message: string): AppError {
  return new AppError(code, { class: 'permanent', message });
}
