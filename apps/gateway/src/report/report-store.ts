import { HospitalPrisma } from '@readroom/db';
import type { Hospital, HospitalTx } from '@readroom/db';
import { reportStateSchema } from '@readroom/shared/report/report';
import type { ReportState } from '@readroom/shared/report/report';
import type * as Y from 'yjs';
import { notifyReport } from './collab/bus.ts';
import { SYSTEM_AUTHOR, captureUpdate, loadDocument } from './document.ts';

export interface ReportRow {
  readonly id: string;
  readonly studyId: string;
  readonly state: ReportState;
  /** User id of who signs, and until when (ms since epoch). Past that time it means nothing. */
  readonly frozenBy: string | null;
  readonly frozenUntil: number | null;
}

export interface StoredUpdate {
  readonly seq: bigint;
  readonly update: Uint8Array;
}

export interface NewUpdate {
  readonly update: Uint8Array;
  readonly authorId: string;
}

interface RawReport {
  readonly id: string;
  readonly study_id: string;
  readonly state: string;
  readonly frozen_by: string | null;
  readonly frozen_until: Date | null;
}

/**
 * Reads the report and holds its row until the transaction ends. Everything that writes a report begins here, so an edit commits
 * before the seal or finds it (RP5), and sequence numbers of one report follow the order of commits.
 */
export async function lockReport(tx: HospitalTx, hospital: Hospital, reportId: string): Promise<ReportRow | null> {
  const rows = await tx.$queryRaw<RawReport[]>`
    select id::text, study_id::text, state, frozen_by, frozen_until
    from ${table(hospital, 'report')} where id = ${reportId}::uuid for update`;
  return rows[0] ? toRow(rows[0]) : null;
}

export async function findReport(client: HospitalTx, hospital: Hospital, reportId: string): Promise<ReportRow | null> {
  const rows = await client.$queryRaw<RawReport[]>`
    select id::text, study_id::text, state, frozen_by, frozen_until from ${table(hospital, 'report')} where id = ${reportId}::uuid`;
  return rows[0] ? toRow(rows[0]) : null;
}

/** A name put into SQL as an identifier: the schema was parsed by @readroom/db, the table is ours. */
function table(hospital: Hospital, name: 'report'): HospitalPrisma.Sql {
  return HospitalPrisma.raw(`"${hospital.schema}".${name}`);
}

function toRow(raw: RawReport): ReportRow {
  return {
    id: raw.id,
    studyId: raw.study_id,
    state: reportStateSchema.parse(raw.state),
    frozenBy: raw.frozen_by,
    frozenUntil: raw.frozen_until?.getTime() ?? null,
  };
}

/** The user who holds the pen now, or `null`. */
export function penHolder(report: ReportRow, now: number): string | null {
  return report.frozenBy !== null && report.frozenUntil !== null && report.frozenUntil > now ? report.frozenBy : null;
}

/** The updates after `seq`, in order; all of them for 0. */
export async function updatesAfter(client: HospitalTx, reportId: string, seq: bigint): Promise<StoredUpdate[]> {
  return client.reportUpdate.findMany({ where: { reportId, seq: { gt: seq } }, orderBy: { seq: 'asc' }, select: { seq: true, update: true } });
}

/** Appends in order and returns the sequence numbers. Only inside a transaction that holds the row (`lockReport`). */
export async function appendUpdates(tx: HospitalTx, reportId: string, updates: readonly NewUpdate[]): Promise<bigint[]> {
  if (updates.length === 0) return [];
  const data = updates.map(({ update, authorId }) => ({ reportId, update: new Uint8Array(update), authorId }));
  const rows = await tx.reportUpdate.createManyAndReturn({ data, select: { seq: true } });
  return rows.map((row) => row.seq).sort((a, b) => (a < b ? -1 : 1));
}

export interface Writing {
  readonly doc: Y.Doc;
  readonly report: ReportRow;
}

/**
 * Changes a report on the server's behalf, in the caller's transaction, on the text as the table has it. The live documents of every
 * gateway read it when the transaction commits. `write` may throw to refuse. Returns the report, or `null` when there is none.
 */
export async function writeDocument(tx: HospitalTx, hospital: Hospital, reportId: string, write: (writing: Writing) => void): Promise<ReportRow | null> {
  const report = await lockReport(tx, hospital, reportId);
  if (!report) return null;
  const doc = await readDocument(tx, reportId);
  const update = captureUpdate(doc, () => write({ doc, report }));
  if (!update) return report;
  await appendUpdates(tx, reportId, [{ update, authorId: SYSTEM_AUTHOR.id }]);
  await notifyReport(tx, { type: 'update', organisation: hospital.organisationId, reportId });
  return report;
}

/** The text as the table has it. */
export async function readDocument(client: HospitalTx, reportId: string): Promise<Y.Doc> {
  const rows = await updatesAfter(client, reportId, 0n);
  return loadDocument(rows.map((row) => row.update));
}
