import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { StartFailure, hasCode } from '../failure.ts';
import { fullDisk } from './home.ts';
import { isSameProcess, processStamp, stampSchema } from './process-stamp.ts';
import type { ProcessStamp } from './process-stamp.ts';

const recordSchema = z.object({ owner: stampSchema, children: z.array(stampSchema), isEnding: z.boolean().default(false) });
type Record = z.infer<typeof recordSchema>;

/** How long the children of a killed start may take to end by themselves. */
const ORPHAN_WAIT_MS = 15_000;
/** How long a start that was told to end may take to do it. */
const ENDING_WAIT_MS = 60_000;

export interface HomeLock {
  /** Remembers the running children, so that a later start can end what a killed one left behind. */
  noteChildren(pids: readonly number[]): Promise<void>;
  /** Tells the next start that it only has to wait. */
  noteEnding(): Promise<void>;
  release(): Promise<void>;
}

/** Takes the home for this process. Throws when another `npm start` holds it; one that ends is waited for, and the lock of a dead owner taken over. */
export async function lockHome(home: string): Promise<HomeLock> {
  const file = join(home, 'start.lock');
  const owner = await processStamp(process.pid);
  for (let attempt = 0; attempt < 3; attempt++) {
    if (await tryCreate(home, file, { owner, children: [], isEnding: false })) return heldLock(file, owner);
    const held = await endedOrHeld(file);
    if (held && (await isSameProcess(held.owner))) {
      throw new StartFailure(`Readroom already runs on ${home} (process ${String(held.owner.pid)}). Stop it first, or set READROOM_HOME to another folder.`);
    }
    if (held) await endOrphans(held.children);
    await rm(file, { force: true });
  }
  throw new StartFailure(`${file} can't be taken: another start is at work. Try again.`);
}

async function tryCreate(home: string, file: string, record: Record): Promise<boolean> {
  try {
    await writeFile(file, JSON.stringify(record), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOSPC', 'EDQUOT')) throw fullDisk(home, 0);
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

function heldLock(file: string, owner: ProcessStamp): HomeLock {
  let record: Record = { owner, children: [], isEnding: false };
  const write = async (change: Partial<Record>): Promise<void> => {
    record = { ...record, ...change };
    await writeFile(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
    await rename(`${file}.new`, file);
  };
  return {
    noteChildren: async (pids) => write({ children: await Promise.all(pids.map(processStamp)) }),
    noteEnding: () => write({ isEnding: true }),
    release: () => rm(file, { force: true }),
  };
}

/** The record of the lock as it stands once nobody is ending any more. */
async function endedOrHeld(file: string): Promise<Record | null> {
  const deadline = Date.now() + ENDING_WAIT_MS;
  for (;;) {
    const held = await readRecord(file);
    if (!held?.isEnding || Date.now() > deadline || !(await isSameProcess(held.owner))) return held;
    await delay(100);
  }
}

async function readRecord(file: string): Promise<Record | null> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}

/** Children end by themselves when their parent is gone (follow-parent.mjs); one that does not is killed. */
async function endOrphans(children: readonly ProcessStamp[]): Promise<void> {
  const deadline = Date.now() + ORPHAN_WAIT_MS;
  for (const child of children) {
    while (await isSameProcess(child)) {
      process.kill(child.pid, Date.now() > deadline ? 'SIGKILL' : 'SIGTERM');
      await delay(100);
    }
  }
}
