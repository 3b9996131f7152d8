import type { Clock } from '@readroom/shared/clock';
import type { MakeId } from '@readroom/shared/id';
import { SegmentWriter } from './writer.ts';

export interface SegmentPoolOptions {
  readonly directory: string;
  readonly clock: Clock;
  readonly makeId: MakeId;
  /** A segment is left by its writer with this many bytes of records in it. */
  readonly onGivenBack: (name: string, size: number) => void;
}

export interface SegmentPool {
  /** A segment for one association alone. @throws AppError `disk-full` or `disk-write` */
  take(): SegmentWriter;
  give(writer: SegmentWriter): void;
  /** False while an association writes to the segment; else nobody will any more. */
  letGo(name: string): boolean;
  close(): void;
}

/** Past it a segment is followed by another. */
export const SEGMENT_BYTES = 64 * 1024 * 1024;
/** Files kept open between associations. */
const MOST_BEGUN = 8;

/** A segment that an association left unfilled is gone on with by the next: a sender of single images does not make a file, and sync a directory, for each. */
export function createSegmentPool(options: SegmentPoolOptions): SegmentPool {
  const begun: SegmentWriter[] = [];
  const taken = new Set<string>();
  let closed = false;
  return {
    take() {
      const left = begun.pop();
      if (left) taken.add(left.name);
      if (left) return left;
      const name = `${String(options.clock()).padStart(15, '0')}-${options.makeId()}.seg`;
      const writer = SegmentWriter.create(`${options.directory}/${name}`, name);
      taken.add(name);
      return writer;
    },
    give(writer) {
      taken.delete(writer.name);
      options.onGivenBack(writer.name, writer.size);
      if (!closed && writer.size < SEGMENT_BYTES * 0.75 && begun.length < MOST_BEGUN) begun.push(writer);
      else writer.close();
    },
    letGo(name) {
      if (taken.has(name)) return false;
      const at = begun.findIndex((writer) => writer.name === name);
      if (at >= 0) begun.splice(at, 1)[0]?.close();
      return true;
    },
    close() {
      closed = true;
      for (const writer of begun) writer.close();
    },
  };
}
