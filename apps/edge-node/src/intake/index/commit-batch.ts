import type { DatabaseSync } from 'node:sqlite';
import { AppError } from '@readroom/shared/error';
import type { SetTimer } from '../../infra/timers.ts';

/** Rows are committed together, at the latest after this long: the segments hold them meanwhile. */
const COMMIT_AFTER_MS = 1_000;

export interface CommitBatch {
  write(work: () => void): void;
  /** @throws AppError `index-write` */
  flush(): void;
}

/** One open transaction that gathers writes; readers on the same connection see them at once. */
export function createCommitBatch(db: DatabaseSync, setTimer: SetTimer, onFailure: (error: AppError) => void): CommitBatch {
  let open = false;
  let cancel: (() => void) | null = null;

  function flush(): void {
    cancel?.();
    cancel = null;
    if (!open) return;
    try {
      db.exec('commit');
      open = false;
    } catch (cause) {
      throw new AppError('index-write', { class: 'transient', message: 'The index of stored images cannot be written. Free disk space and restart the node.', cause });
    }
  }

  function flushLater(): void {
    try {
      flush();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      onFailure(error);
    }
  }

  function write(work: () => void): void {
    if (!open) {
      db.exec('begin');
      open = true;
      cancel = setTimer(flushLater, COMMIT_AFTER_MS);
    }
    work();
  }

  return { write, flush };
}
