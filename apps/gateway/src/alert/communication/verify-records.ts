import type { Hospital } from '@readroom/db';
import { communicationSchema } from '@readroom/shared/alert/communication';
import { z } from 'zod';
import { recordHash, recordOf } from './stored.ts';

export interface RecordProblem {
  /** Against what the audit holds of it: changed, gone, or put in beside it. */
  readonly kind: 'record-edited' | 'record-missing' | 'record-added';
  /** The audit event that says so; null for a record no event knows. */
  readonly seq: number | null;
}

const PAGE = 1_000;
const subjectSchema = z.object({ communicationId: z.uuid(), alertId: z.uuid(), sha256: z.string() });

/** AL9: compares every communication record with the hash the chained audit holds of it; the first that differs, or null. */
export async function verifyRecords({ client, schema }: Hospital): Promise<RecordProblem | null> {
  for (let after = 0n; ; ) {
    const events = await client.auditEvent.findMany({ where: { action: 'alert.communicate', seq: { gt: after } }, orderBy: { seq: 'asc' }, take: PAGE, select: { seq: true, subject: true } });
    const said = events.flatMap(({ seq, subject }) => {
      const parsed = subjectSchema.safeParse(subject);
      return parsed.success ? [{ ...parsed.data, seq: Number(seq) }] : [];
    });
    const rows = await client.alertCommunication.findMany({ where: { id: { in: said.map(({ communicationId }) => communicationId) } } });
    const hashes = new Map(rows.map((row) => [row.id, hashOf(row)]));
    for (const { communicationId, sha256, seq } of said) {
      if (!hashes.has(communicationId)) return { kind: 'record-missing', seq };
      if (hashes.get(communicationId) !== sha256) return { kind: 'record-edited', seq };
    }
    const last = events.at(-1);
    if (!last?.seq || events.length < PAGE) break;
    after = last.seq;
  }
  return (await hasStranger(client, schema)) ? { kind: 'record-added', seq: null } : null;
}

/** Null for one that is no record any more. */
function hashOf(row: Parameters<typeof recordOf>[0]): string | null {
  const record = communicationSchema.safeParse(recordOf(row));
  return record.success ? recordHash(row.alertId, record.data) : null;
}

/** Records from before there were hashes in the audit (an upgrade made them) are no strangers. */
async function hasStranger(client: Hospital['client'], schema: string): Promise<boolean> {
  const found = await client.$queryRawUnsafe<unknown[]>(
    `with told as (select at, subject->>'communicationId' as id from "${schema}".audit_event where action = 'alert.communicate' and subject ? 'sha256')
     select 1 from "${schema}".alert_communication c where c.recorded_at > (select min(at) from told) and not exists (select 1 from told where told.id = c.id::text) limit 1`,
  );
  return found.length > 0;
}
