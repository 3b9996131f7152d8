import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { isAlive } from '../../services/is-alive.ts';

/** A process, told apart from a later one that was given the same number. */
export const stampSchema = z.object({ pid: z.number().int().positive(), startedAt: z.string() });
export type ProcessStamp = z.infer<typeof stampSchema>;

export async function processStamp(pid: number): Promise<ProcessStamp> {
  return { pid, startedAt: await startTicks(pid) };
}

/** Field 22 of /proc/<pid>/stat (proc(5)): start time in clock ticks since boot. Empty where there is no /proc. */
async function startTicks(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** Whether the process of a stored stamp still lives. */
export async function isSameProcess(stamp: ProcessStamp): Promise<boolean> {
  return isAlive(stamp.pid) && (await startTicks(stamp.pid)) === stamp.startedAt;
}
