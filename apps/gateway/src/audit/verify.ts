import type { Pool } from '@readroom/db';
import { GENESIS, link } from './chain.ts';
import type { AuditRow, ChainHead } from './chain.ts';
import { holds } from './seal.ts';

export interface ChainProblem {
  /** `edited`: a row (or its order) is not what was sealed; `missing`: rows were removed; `contradicts-witness`: the chain is not the one a node was told. */
  readonly kind: 'edited' | 'missing' | 'contradicts-witness';
  /** Where it begins. */
  readonly seq: number;
}

export interface ChainCheck {
  readonly ok: boolean;
  readonly checked: number;
  readonly head: ChainHead;
  readonly problem: ChainProblem | null;
}

const PAGE = 1_000;

/**
 * Recomputes a hospital's whole audit chain and answers the first place where it breaks (law TN2). `witnesses` are heads
 * kept outside the database (each edge node keeps the last it was told): they find out who rewrote the chain from some
 * point on, or cut its end off.
 */
export async function verifyChain(pool: Pool, schema: string, witnesses: readonly ChainHead[] = []): Promise<ChainCheck> {
  let head = GENESIS;
  for (let rows = await page(pool, schema, 0); rows.length > 0; rows = await page(pool, schema, head.seq)) {
    for (const row of rows) {
      const problem = breakAt(head, row);
      if (problem) return { ok: false, checked: head.seq, head, problem };
      head = { seq: row.seq, hash: row.hash };
    }
  }
  const problem = await contradiction(pool, schema, witnesses);
  return { ok: problem === null, checked: head.seq, head, problem };
}

interface SealedRow extends AuditRow {
  readonly seq: number;
  readonly hash: string;
}

function breakAt(head: ChainHead, row: SealedRow): ChainProblem | null {
  const next = link(head, row);
  if (row.seq !== next.seq) return { kind: 'missing', seq: next.seq };
  return row.hash === next.hash ? null : { kind: 'edited', seq: row.seq };
}

async function contradiction(pool: Pool, schema: string, witnesses: readonly ChainHead[]): Promise<ChainProblem | null> {
  for (const witness of witnesses) {
    if (witness.seq > 0 && !(await holds(pool, schema, witness))) return { kind: 'contradicts-witness', seq: witness.seq };
  }
  return null;
}

async function page(pool: Pool, schema: string, after: number): Promise<SealedRow[]> {
  const found = await pool.query<Omit<SealedRow, 'at' | 'seq'> & { at: Date; seq: string }>(
    `select seq, hash, id, at, actor, role, action, subject from "${schema}".audit_event where seq > $1 order by seq limit ${PAGE}`,
    [after],
  );
  return found.rows.map((row) => ({ ...row, seq: Number(row.seq), at: row.at.getTime() }));
}
