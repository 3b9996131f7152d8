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
  close(): void;
}

/** Past it a segment is followed by another. */
export const SEGMENT_BYTES = 64 * 1024 * 1024;
/** Files kept open between associations. */
const MOST_BEGUN = 8;

/** A segment that an association left unfilled is gone on with by the next: a sender of single images does not make a file, and sync a directory, for each. */
export function createSegmentPool(options: SegmentPoolOptions): SegmentPool {
  const begun: SegmentWriter[] = [];
  let closed = false;
  return {
    take() {
      const left = begun.pop();
      if (left) return left;
      const name = `${String(options.clock()).padStart(15, '0')}-${options.makeId()}.seg`;
      return SegmentWriter.create(`${options.directory}/${name}`, name);
    },
    give(writer) {
      options.onGivenBack(writer.name, writer.size);
      if (!closed && writer.size < SEGMENT_BYTES * 0.75 && begun.length < MOST_BEGUN) begun.push(writer);
      else writer.close();
    },
    close() {
      closed = true;
      for (const writer of begun) writer.close();
    },
  };
}
