import { createSecretKey, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { closeSync, constants, existsSync, fdatasyncSync, fstatSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Clock } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import { openMasterKey } from './master-key.ts';
import { KEY_ID_BYTES, SLOT_BYTES, decodeSlot, encodeSlot } from './slot.ts';

export interface StudyKey {
  readonly id: Buffer;
  readonly key: KeyObject;
}

/** A key for each study held; to destroy it is to delete the study (law ED4). */
export interface StudyKeys {
  /** The study's key; one that is new is on the disk when this returns. @throws AppError `disk-full` or `disk-sync` */
  of(studyUid: string): StudyKey;
  /** Null when it was destroyed. */
  byId(id: Buffer): KeyObject | null;
  has(studyUid: string): boolean;
  studies(): string[];
  /** While something is being sealed the key is not destroyed; the answer lets go. */
  hold(studyUid: string): () => void;
  /** Wipes the key, durably. False, and nothing was done, while it is held. @throws AppError `disk-sync` */
  destroy(studyUid: string): boolean;
  /** Keys that the disk has damaged: their studies cannot be read. */
  readonly damaged: number;
  close(): void;
}

interface Entry extends StudyKey {
  readonly slot: number;
}

export const masterKeyFile = (home: string): string => `${home}/master.key`;
export const studyKeysFile = (home: string): string => `${home}/study-keys`;

/** @throws AppError `master-key` */
export function openStudyKeys({ home, clock }: { readonly home: string; readonly clock: Clock }): StudyKeys {
  const file = studyKeysFile(home);
  // The file of keys is made before the master key: where there is a master key there was one.
  if (existsSync(masterKeyFile(home)) && !existsSync(file)) {
    throw new AppError('master-key', { class: 'permanent', message: `The keys of the studies, ${file}, are gone, and what this node holds cannot be read without them. Put the file back; or move the folder ${home} away and have the senders send again.` });
  }
  const fd = openFile(file, home);
  const master = openMasterKey(masterKeyFile(home), fstatSync(fd).size === 0);
  const { byStudy, byHex, free, damaged, next } = load(fd, file, master);
  const holds = new Map<string, number>();
  let end = next;

  function write(slot: number, bytes: Buffer): void {
    try {
      writeSync(fd, bytes, 0, bytes.length, slot * SLOT_BYTES);
      fdatasyncSync(fd);
    } catch (cause) {
      const isFull = cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
      throw new AppError(isFull ? 'disk-full' : 'disk-sync', { class: 'transient', message: isFull ? 'The disk is full.' : 'The disk could not make a study’s key durable.', cause });
    }
  }

  function make(studyUid: string): Entry {
    const slot = free.at(-1) ?? end;
    const bytes = randomBytes(32);
    const id = randomBytes(KEY_ID_BYTES);
    write(slot, encodeSlot(master, { id, key: bytes, studyUid, madeAt: clock() }));
    if (slot === end) end += 1;
    else free.pop();
    const entry = { id, key: createSecretKey(bytes), slot };
    bytes.fill(0);
    byStudy.set(studyUid, entry);
    byHex.set(id.toString('hex'), entry);
    return entry;
  }

  return {
    damaged,
    of: (studyUid) => byStudy.get(studyUid) ?? make(studyUid),
    byId: (id) => byHex.get(id.toString('hex'))?.key ?? null,
    has: (studyUid) => byStudy.has(studyUid),
    studies: () => [...byStudy.keys()],
    hold(studyUid) {
      holds.set(studyUid, (holds.get(studyUid) ?? 0) + 1);
      return () => {
        const left = (holds.get(studyUid) ?? 1) - 1;
        if (left > 0) holds.set(studyUid, left);
        else holds.delete(studyUid);
      };
    },
    destroy(studyUid) {
      if (holds.has(studyUid)) return false;
      const entry = byStudy.get(studyUid);
      if (!entry) return true;
      write(entry.slot, Buffer.alloc(SLOT_BYTES));
      byStudy.delete(studyUid);
      byHex.delete(entry.id.toString('hex'));
      free.push(entry.slot);
      return true;
    },
    close: () => closeSync(fd),
  };
}

function openFile(file: string, home: string): number {
  try {
    const isNew = !existsSync(file);
    const fd = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
    if (isNew) {
      const folder = openSync(home, 'r');
      fsyncSync(folder);
      closeSync(folder);
    }
    return fd;
  } catch (cause) {
    throw new AppError('master-key', { class: 'permanent', message: `The keys of the studies in ${file} cannot be opened. Check the disk and the file's owner.`, cause });
  }
}

interface Loaded {
  readonly byStudy: Map<string, Entry>;
  readonly byHex: Map<string, Entry>;
  readonly free: number[];
  readonly damaged: number;
  readonly next: number;
}

function load(fd: number, file: string, master: KeyObject): Loaded {
  const loaded = { byStudy: new Map<string, Entry>(), byHex: new Map<string, Entry>(), free: [] as number[], damaged: 0, next: Math.ceil(fstatSync(fd).size / SLOT_BYTES) };
  const bytes = readFileSync(file);
  for (let slot = 0; slot < loaded.next; slot += 1) {
    // What a crash cut short is shorter than a slot; nobody was told of what it was for.
    const part = bytes.subarray(slot * SLOT_BYTES, (slot + 1) * SLOT_BYTES);
    const content = part.length < SLOT_BYTES ? 'free' : decodeSlot(master, part);
    if (content === 'foreign') throw new AppError('master-key', { class: 'permanent', message: `The keys of the studies in ${file} were sealed by another master key. Put the master key back from the backup.` });
    if (content === 'free') loaded.free.push(slot);
    else if (content === 'damaged') loaded.damaged += 1;
    else {
      const entry = { id: content.id, key: createSecretKey(content.key), slot };
      content.key.fill(0);
      loaded.byStudy.set(content.studyUid, entry);
      loaded.byHex.set(content.id.toString('hex'), entry);
    }
  }
  return loaded;
}
