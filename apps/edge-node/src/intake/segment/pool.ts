import { unlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { Clock } from '@readroom/shared/clock';
import type { MakeId } from '@readroom/shared/id';
import { diskFreeBytes } from '../../infra/disk.ts';
import { SegmentWriter } from './writer.ts';

export interface SegmentPoolOptions {
  readonly directory: string;
  readonly clock: Clock;
  readonly makeId: MakeId;
  /** Files of zeros kept ready; 0 prepares none. */
  readonly spares: number;
  readonly reserveBytes: number;
  /** A segment is left by its writer with this many bytes of records in it. */
  readonly onGivenBack: (name: string, size: number) => void;
}

export interface SegmentPool {
  /** A segment for one association alone. @throws AppError `disk-full` or `disk-write` */
  take(): SegmentWriter;
  give(writer: SegmentWriter): void;
  /** Resolves when the spares are ready, or there is no room for them. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** Past it a segment is followed by another. */
export const SEGMENT_BYTES = 64 * 1024 * 1024;
/** With less than this left, preparing would take space that images need. */
const ROOM_BYTES = 4 * 1024 ** 3;
const STEP = Buffer.alloc(1024 * 1024);
const MOST_BEGUN = 8;

/**
 * Segments written once with zeros before they are used: a sync of bytes that take the place of others needs no commit
 * of the file system's journal, which on a busy disk is most of the wait. A segment that an association left unfilled is
 * gone on with by another; without a spare a plain file does as well, only slower.
 */
export function createSegmentPool(options: SegmentPoolOptions): SegmentPool {
  const spares: SegmentWriter[] = [];
  const begun: SegmentWriter[] = [];
  let preparing: Promise<void> | null = null;
  let closed = false;
  /** Once a spare could not be made none is tried again: the disk has other problems, which the writers report. */
  let failed = false;

  function nextName(): string {
    return `${String(options.clock()).padStart(15, '0')}-${options.makeId()}.seg`;
  }

  function prepare(): void {
    if (closed || failed || preparing || spares.length >= options.spares) return;
    if (diskFreeBytes(options.directory) < options.reserveBytes + ROOM_BYTES) return;
    preparing = makeSpare().finally(() => {
      preparing = null;
      prepare();
    });
  }

  /** A spare that cannot be made is done without. */
  async function makeSpare(): Promise<void> {
    const name = nextName();
    const path = `${options.directory}/${name}`;
    try {
      await fill(path, () => closed);
      if (closed) unlinkSync(path);
      else spares.push(SegmentWriter.openPrepared(path, name));
    } catch {
      failed = true;
    }
  }

  prepare();
  return {
    take() {
      const writer = begun.pop() ?? spares.shift();
      if (writer) {
        prepare();
        return writer;
      }
      const name = nextName();
      return SegmentWriter.create(`${options.directory}/${name}`, name);
    },
    give(writer) {
      options.onGivenBack(writer.name, writer.size);
      if (!closed && writer.isPrepared && writer.size < SEGMENT_BYTES * 0.75 && begun.length < MOST_BEGUN) begun.push(writer);
      else writer.close();
    },
    async ready() {
      while (preparing) await preparing;
    },
    async close() {
      closed = true;
      while (preparing) await preparing;
      for (const writer of [...begun, ...spares]) writer.close();
      for (const writer of spares) unlinkSync(`${options.directory}/${writer.name}`);
    },
  };
}

async function fill(path: string, isOver: () => boolean): Promise<void> {
  const file: FileHandle = await open(path, 'wx', 0o600);
  try {
    for (let at = 0; at < SEGMENT_BYTES && !isOver(); at += STEP.length) await file.write(STEP, 0, STEP.length, at);
    await file.sync();
  } finally {
    await file.close();
  }
}
