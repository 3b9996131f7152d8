import { statSync, unlinkSync } from 'node:fs';
import { CANARY_STUDY_UID } from '@readroom/shared/alert/canary-result';
import type { Clock } from '@readroom/shared/clock';
import type { StudyKeys } from '../vault/study-keys.ts';
import type { InstanceIndex } from './index/instance-index.ts';
import type { SegmentPool } from './segment/pool.ts';

export interface SweepOptions {
  readonly directory: string;
  readonly keys: StudyKeys;
  readonly index: InstanceIndex;
  readonly segments: SegmentPool;
  readonly clock: Clock;
  /** A study is deleted this long after its last image came. */
  readonly keepMs: number;
  /** Studies of which something has still to be told: they stay until it is. */
  readonly needed: () => ReadonlySet<string>;
  /** Each deletion is two syncs of the disk, so a turn has its bound. */
  readonly most: number;
}

export interface Swept {
  /** Whose key was destroyed. */
  readonly deleted: readonly string[];
  /** Those of them that had images until then. */
  readonly held: readonly string[];
  /** There may be more that is due now. */
  readonly isCut: boolean;
}

/** Deletes studies whose time is over, and gives back the space of segments that hold none any more. @throws AppError `disk-sync` or `index-write` */
export function sweep(options: SweepOptions): Swept {
  const { directory, keys, index, segments, most } = options;
  const before = options.clock() - options.keepMs;
  // A result that came after its study was deleted was told under a key of its own. A canary's names nobody and serves again and again.
  const due = [...index.studiesUntil(before), ...keys.studies().filter((studyUid) => !index.has(studyUid) && studyUid !== CANARY_STUDY_UID)];
  const needed = due.length === 0 ? new Set<string>() : options.needed();
  const deleted: string[] = [];
  const held: string[] = [];
  for (const studyUid of due) {
    const hadImages = index.has(studyUid);
    // The key first: from here on nobody reads the study, whatever happens before the rest is done.
    if (needed.has(studyUid) || !keys.destroy(studyUid)) continue;
    index.forget(studyUid);
    if (hadImages) held.push(studyUid);
    if (deleted.push(studyUid) >= most) return { deleted, held, isCut: true };
  }
  index.emptySegments((name) => isOver(`${directory}/${name}`, before) && segments.letGo(name) && remove(`${directory}/${name}`));
  return { deleted, held, isCut: false };
}

/** A version of an image that a later one replaced is kept as long as its study would be. */
function isOver(file: string, before: number): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined || found.mtimeMs < before;
}

function remove(file: string): boolean {
  try {
    unlinkSync(file);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT';
  }
}
