import type { HospitalClient, HospitalTx } from '@readroom/db';
import type { Member } from '@readroom/shared/access/can';

/** What the actor of an edge node's deeds begins with; its id follows. */
export const NODE_ACTOR = 'node:';

/** One deed to remember (law TN2). `subject` holds our ids and DICOM UIDs only: no name, patient id or free text. */
export interface AuditEntry {
  /** User id, or `node:<id>`, or `system`. */
  readonly actor: string;
  /** Role at the time of the deed; `node` or `system` for programs. */
  readonly role: string;
  /** `<thing>.<deed>`: `study.view`, `report.sign`. */
  readonly action: string;
  readonly subject: Readonly<Record<string, string | number | boolean | null>>;
}

/** Inserts the event plainly, in the caller's transaction when it is given one; the sealer chains it within a second. */
export async function audit(client: HospitalClient | HospitalTx, entry: AuditEntry): Promise<void> {
  await client.auditEvent.create({ data: { actor: entry.actor, role: entry.role, action: entry.action, subject: { ...entry.subject } } });
}

/** The two columns that say who, from a signed-in person. */
export function by(member: Member): { readonly actor: string; readonly role: string } {
  return { actor: member.userId, role: member.role };
}
