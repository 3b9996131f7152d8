import type { Member } from '@readroom/shared/access/can';
import { z } from 'zod';
import type { Deps } from '../infra/deps.ts';
import { NODE_ACTOR, audit, by } from './audit.ts';
import { verifyRecords } from '../alert/communication/verify-records.ts';
import type { RecordProblem } from '../alert/communication/verify-records.ts';
import { verifyChain } from './verify.ts';
import type { ChainCheck, ChainProblem } from './verify.ts';
import { readWitnesses } from './witness.ts';

export const auditPageInput = z.object({
  limit: z.number().int().min(1).max(200).default(50),
  cursor: z.string().max(100).nullish(),
  action: z.string().max(64).optional(),
  actor: z.string().max(128).optional(),
});

export interface AuditItem {
  readonly id: string;
  /** Milliseconds since epoch. */
  readonly at: number;
  readonly actor: string;
  /** Name of the person or of the edge node, null for the gateway itself and for people who left. */
  readonly actorName: string | null;
  readonly role: string;
  readonly action: string;
  readonly subject: unknown;
  /** Place in the chain; null within the first second. */
  readonly seq: number | null;
  readonly hash: string | null;
}

/** The newest events first, by keyset. */
export async function auditPage(deps: Deps, member: Member, input: z.infer<typeof auditPageInput>): Promise<{ items: AuditItem[]; nextCursor: string | null }> {
  const { client } = await deps.hospital(member.organisation);
  const before = readCursor(input.cursor);
  const rows = await client.auditEvent.findMany({
    where: {
      ...(input.action === undefined ? {} : { action: input.action }),
      ...(input.actor === undefined ? {} : { actor: input.actor }),
      ...(before ? { OR: [{ at: { lt: before.at } }, { at: before.at, id: { lt: before.id } }] } : {}),
    },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: input.limit + 1,
  });
  const names = await namesOf(deps, rows.map((row) => row.actor));
  const items = rows.slice(0, input.limit).map((row) => ({
    ...row,
    at: row.at.getTime(),
    actorName: names.get(row.actor) ?? null,
    seq: row.seq === null ? null : Number(row.seq),
  }));
  const last = items.at(-1);
  return { items, nextCursor: rows.length > input.limit && last ? `${last.at}_${last.id}` : null };
}

const cursorSchema = z.tuple([z.coerce.number().int(), z.uuid()]);

function readCursor(cursor: string | null | undefined): { at: Date; id: string } | null {
  const parsed = cursorSchema.safeParse(cursor?.split('_'));
  return parsed.success ? { at: new Date(parsed.data[0]), id: parsed.data[1] } : null;
}

async function namesOf(deps: Deps, actors: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(actors)];
  const nodeIds = ids.filter((actor) => actor.startsWith(NODE_ACTOR)).map((actor) => actor.slice(NODE_ACTOR.length));
  const select = { id: true, name: true };
  const users = await deps.control.user.findMany({ where: { id: { in: ids } }, select });
  const nodes = nodeIds.length === 0 ? [] : await deps.control.edgeNode.findMany({ where: { id: { in: nodeIds } }, select });
  return new Map([...users.map(({ id, name }) => [id, name] as const), ...nodes.map(({ id, name }) => [`${NODE_ACTOR}${id}`, name] as const)]);
}

/** What the check found of the chain and, where that holds, of the records whose hashes it keeps (AL9). */
export type AuditCheck = Omit<ChainCheck, 'problem'> & { readonly problem: ChainProblem | RecordProblem | null };

/** Recomputes the hospital's chain, with the heads its nodes hold as witnesses, and the records it vouches for. That somebody looked is audited too. */
export async function checkAudit(deps: Deps, member: Member): Promise<AuditCheck> {
  const hospital = await deps.hospital(member.organisation);
  const witnesses = await readWitnesses(deps, member.organisation);
  const chain = await verifyChain(deps.pool, hospital.schema, witnesses.map((witness) => witness.head));
  const problem = chain.problem ?? (await verifyRecords(hospital));
  const check: AuditCheck = { ...chain, ok: problem === null, problem };
  if (!check.ok) deps.log.error({ event: 'audit.tampered', organisation: member.organisation, seq: check.problem?.seq, kind: check.problem?.kind });
  await audit(hospital.client, { ...by(member), action: 'audit.verify', subject: { ok: check.ok, checked: check.checked } });
  return check;
}
