import type { Clock } from '@readroom/shared/clock';
import type { StoreOutcome } from '../dicom/dimse/status.ts';
import type { AssociationInfo } from '../dicom/scp/receiver.ts';

export interface AssociationEntry {
  readonly number: number;
  readonly at: number;
  readonly callingAeTitle: string;
  readonly remoteAddress: string;
  readonly secured: boolean;
  /** Null while it is open. */
  endedAt: number | null;
  stored: number;
  failed: number;
  /** Why it was refused and what to do, or how it ended before its time. */
  problem: string | null;
  refused: boolean;
}

export interface ErrorEntry {
  at: number;
  readonly code: string;
  readonly text: string;
  readonly remedy: string;
  count: number;
}

/** What happened lately, for IT. Bounded; holds AE titles, addresses and codes only. */
export interface Journal {
  opened(association: AssociationInfo): void;
  refused(association: AssociationInfo, why: string, remedy: string): void;
  answered(association: AssociationInfo, outcome: StoreOutcome): void;
  ended(association: AssociationInfo, fault: string | null): void;
  error(code: string, text: string, remedy: string): void;
  associations(): readonly AssociationEntry[];
  errors(): readonly ErrorEntry[];
}

const KEPT = 50;

export function createJournal(clock: Clock): Journal {
  const associations = new Map<number, AssociationEntry>();
  const errors = new Map<string, ErrorEntry>();

  function enter(association: AssociationInfo): AssociationEntry {
    const { number, callingAeTitle, remoteAddress, secured = false } = association;
    const entry = { number, at: clock(), callingAeTitle, remoteAddress, secured, endedAt: null, stored: 0, failed: 0, problem: null, refused: false };
    associations.set(number, entry);
    trim(associations);
    return entry;
  }

  function error(code: string, text: string, remedy: string): void {
    const key = `${code} ${text}`;
    const known = errors.get(key);
    errors.delete(key);
    errors.set(key, { at: clock(), code, text, remedy, count: (known?.count ?? 0) + 1 });
    trim(errors);
  }

  return {
    opened: (association) => void enter(association),
    refused(association, why, remedy) {
      Object.assign(enter(association), { refused: true, problem: `${why}. ${remedy}` });
      error('association-refused', `${association.callingAeTitle || 'A sender'}: ${why}`, remedy);
    },
    answered(association, outcome) {
      const entry = associations.get(association.number);
      if (entry && outcome.status === 0) entry.stored += 1;
      if (outcome.status === 0) return;
      if (entry) entry.failed += 1;
      const status = `0x${outcome.status.toString(16).toUpperCase().padStart(4, '0')}`;
      error(`status-${status}`, `${association.callingAeTitle}: ${outcome.comment} (${status})`, 'The sender still has the image. Correct the cause and send it again.');
    },
    ended(association, fault) {
      const entry = associations.get(association.number);
      if (!entry) return;
      entry.endedAt = clock();
      entry.problem ??= fault;
    },
    error,
    associations: () => [...associations.values()].reverse(),
    errors: () => [...errors.values()].reverse(),
  };
}

function trim<K>(map: Map<K, unknown>): void {
  for (const key of map.keys()) {
    if (map.size <= KEPT) return;
    map.delete(key);
  }
}
