import { createHash } from 'node:crypto';
import { canonicalJson } from '@readroom/shared/canonical-json';

/** A row as it stands in the chain: everything that must not be changed unnoticed. */
export interface AuditRow {
  readonly id: string;
  /** Milliseconds since epoch. */
  readonly at: number;
  readonly actor: string;
  readonly role: string;
  readonly action: string;
  readonly subject: unknown;
}

export interface ChainHead {
  /** 0 before the first event. */
  readonly seq: number;
  /** sha256, hex. */
  readonly hash: string;
}

export const GENESIS: ChainHead = { seq: 0, hash: '0'.repeat(64) };

/**
 * The head after `row`: sha256 over the hash before, the row's place and its canonical text. Canonical, because PostgreSQL's jsonb
 * keeps neither the order nor the spaces of what it was given.
 */
export function link(head: ChainHead, row: AuditRow): ChainHead {
  const seq = head.seq + 1;
  const { id, at, actor, role, action, subject } = row;
  const text = canonicalJson({ seq, id, at, actor, role, action, subject });
  return { seq, hash: createHash('sha256').update(head.hash).update('\n').update(text).digest('hex') };
}
