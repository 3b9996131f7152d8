import type { Hospital, HospitalTx } from '@readroom/db';
import { AppError } from '@readroom/shared/error';
import { sectionTexts } from '@readroom/shared/report/paragraphs';
import { isSealed } from '@readroom/shared/report/report';
import type { Role } from '@readroom/shared/access/role';
import * as Y from 'yjs';
import { audit } from '../../audit/audit.ts';
import { loadDocument } from '../document.ts';
import { appendUpdates, lockReport, penHolder, updatesAfter } from '../report-store.ts';
import type { ReportRow, StoredUpdate } from '../report-store.ts';
import { notifyReport } from './bus.ts';

/** One change on its way into the table. */
export interface Entry {
  /** `null`: there was nothing new in it; it only waits for its turn to be acknowledged. */
  readonly update: Uint8Array | null;
  /** Who the row names: the person, or the server for its stamps. */
  readonly authorId: string;
  /** The person on whose behalf it came. */
  readonly person: { readonly id: string; readonly name: string; readonly role: Role };
}

export interface Committed {
  readonly report: ReportRow;
  /** Rows of other gateways this one had not seen, older than the entries. */
  readonly foreign: readonly StoredUpdate[];
  readonly outcome: 'stored' | 'quarantined';
  /** The entries that were taken; the others wait for the signer to finish. */
  readonly taken: ReadonlySet<Entry>;
  /** The newest sequence number now known. */
  readonly lastSeq: bigint;
}

export interface CommitTarget {
  readonly hospital: Hospital;
  readonly reportId: string;
}

/**
 * One transaction on the locked report row for a batch of edits (group commit): before the seal they are appended, after it they go
 * to quarantine, and while somebody else signs they are left alone. Nothing is acknowledged before this resolves (RP5).
 */
export function commitEntries(target: CommitTarget, entries: readonly Entry[], afterSeq: bigint, now: number): Promise<Committed> {
  return target.hospital.client.$transaction(async (tx) => {
    const report = await lockReport(tx, target.hospital, target.reportId);
    if (!report) throw new AppError('report-gone', { class: 'permanent', message: 'This report no longer exists.' });
    const foreign = await updatesAfter(tx, target.reportId, afterSeq);
    const seen = foreign.at(-1)?.seq ?? afterSeq;
    if (isSealed(report.state)) {
      await quarantine(tx, target, entries, now);
      return { report, foreign, outcome: 'quarantined', taken: new Set(entries), lastSeq: seen };
    }
    const holder = penHolder(report, now);
    const taken = entries.filter((entry) => holder === null || entry.person.id === holder);
    const lastSeq = (await append(tx, target, taken)) ?? seen;
    return { report, foreign, outcome: 'stored', taken: new Set(taken), lastSeq };
  });
}

async function append(tx: HospitalTx, target: CommitTarget, entries: readonly Entry[]): Promise<bigint | undefined> {
  const rows = entries.flatMap(({ update, authorId }) => (update ? [{ update, authorId }] : []));
  if (rows.length === 0) return undefined;
  const seqs = await appendUpdates(tx, target.reportId, rows);
  await notifyReport(tx, { type: 'update', organisation: target.hospital.organisationId, reportId: target.reportId });
  return seqs.at(-1);
}

/** A proposed addendum per author: edits of one person that came after the seal are kept together, whole and readable. */
async function quarantine(tx: HospitalTx, target: CommitTarget, entries: readonly Entry[], now: number): Promise<void> {
  const byPerson = Map.groupBy(entries, (entry) => entry.person.id);
  for (const mine of byPerson.values()) {
    const updates = mine.flatMap(({ update }) => (update ? [update] : []));
    const person = mine[0]?.person;
    if (updates.length > 0 && person) await quarantineOne(tx, target, person, updates, now);
  }
  await notifyReport(tx, { type: 'status', organisation: target.hospital.organisationId, reportId: target.reportId });
}

async function quarantineOne(tx: HospitalTx, target: CommitTarget, person: Entry['person'], updates: Uint8Array[], now: number): Promise<void> {
  const { reportId } = target;
  const earlier = await tx.quarantine.findMany({ where: { reportId, authorId: person.id }, orderBy: { at: 'asc' } });
  const open = earlier.find((row) => row.resolution === null);
  const update = Y.mergeUpdates([...(open ? [open.update] : []), ...updates]);
  // A retry after a commit whose answer was lost brings the same bytes again.
  if (open && Buffer.compare(open.update, update) === 0) return;
  const proposal = await readableText(tx, reportId, [...earlier.map((row) => row.update), update]);
  const data = { update: new Uint8Array(update), proposal, at: new Date(now) };
  const row = open
    ? await tx.quarantine.update({ where: { id: open.id }, data, select: { id: true } })
    : await tx.quarantine.create({ data: { ...data, reportId, authorId: person.id, authorName: person.name }, select: { id: true } });
  await audit(tx, { actor: person.id, role: person.role, action: 'report.late-edit', subject: { reportId, quarantineId: row.id } });
}

/** What the sections would say with the late edits in, per section, so that a person can read it. */
async function readableText(tx: HospitalTx, reportId: string, late: readonly Uint8Array[]): Promise<Record<string, string[]>> {
  const stored = await updatesAfter(tx, reportId, 0n);
  const doc = loadDocument([...stored.map((row) => row.update), ...late]);
  const texts = sectionTexts(doc);
  return { indication: [...texts.indication], comparison: [...texts.comparison], findings: [...texts.findings], impression: [...texts.impression] };
}
