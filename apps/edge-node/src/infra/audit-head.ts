import { readFile, rename } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { z } from 'zod';
import type { AuditHead } from '@readroom/shared/wire/edge-down';

const headSchema = z.object({ seq: z.number().int(), hash: z.string(), sealedAt: z.number().int() });
export type KeptHead = z.infer<typeof headSchema>;

export interface AuditHeadKeeper {
  keep(head: AuditHead): Promise<void>;
  head(): KeptHead | null;
  /** The gateway once published a head that its chain no longer agrees with (law TN2): somebody edited the audit table. */
  broken(): boolean;
}

/** Keeps the last head of the hospital's audit chain outside the gateway's reach. */
export async function openAuditHead(file: string): Promise<AuditHeadKeeper> {
  let kept = await load(file);
  let broken = false;
  return {
    async keep(head) {
      const contradicts = kept !== null && (head.seq < kept.seq || (head.seq === kept.seq && head.hash !== kept.hash));
      // The contradicted head is the evidence: it is not overwritten.
      if (contradicts) broken = true;
      if (contradicts || head.seq === kept?.seq) return;
      kept = { seq: head.seq, hash: head.hash, sealedAt: head.sealedAt };
      await save(file, kept);
    },
    head: () => kept,
    broken: () => broken,
  };
}

async function load(file: string): Promise<KeptHead | null> {
  try {
    return headSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}

async function save(file: string, head: KeptHead): Promise<void> {
  const next = await open(`${file}.next`, 'w', 0o600);
  try {
    await next.writeFile(JSON.stringify(head));
    await next.sync();
  } finally {
    await next.close();
  }
  await rename(`${file}.next`, file);
}
