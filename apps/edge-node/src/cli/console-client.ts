import { z } from 'zod';
import { AppError } from '@readroom/shared/error';

const TIMEOUT_MS = 5_000;

/** Of the console's `/api/status`, what the commands show. */
const statusSchema = z.object({
  now: z.number(),
  startedAt: z.number(),
  aeTitle: z.string(),
  dicomPort: z.number().nullable(),
  tls: z.object({ port: z.number().nullable(), certificateTo: z.number() }).nullable(),
  lan: z.object({ port: z.number().nullable(), users: z.number() }).nullable(),
  critical: z.object({ open: z.number() }),
  link: z.object({ state: z.string(), since: z.number(), why: z.string().nullable() }),
  outbox: z.object({ depth: z.number(), oldestAt: z.number().nullable() }),
  intake: z.object({ diskFreeBytes: z.number(), diskReserveBytes: z.number(), instances: z.number() }),
  studies: z.object({ receiving: z.number(), inFlight: z.number(), held: z.number(), oldestAt: z.number().nullable(), keepMs: z.number() }),
  inference: z.object({ models: z.array(z.object({ id: z.string(), version: z.string(), provider: z.string(), role: z.string() })) }),
  associations: z.array(z.object({ endedAt: z.number().nullable(), refused: z.boolean() })),
  problems: z.array(z.object({ level: z.enum(['stop', 'warn']), what: z.string(), remedy: z.string() })),
});
export type NodeStatus = z.infer<typeof statusSchema>;

/** Asks the running node on its loopback console. @throws AppError `node-silent` when none answers, `node-unknown` when something else does */
export async function askConsole(port: number): Promise<NodeStatus> {
  const where = `127.0.0.1:${port}`;
  const body: unknown = await fetch(`http://${where}/api/status`, { signal: AbortSignal.timeout(TIMEOUT_MS) })
    .then((response) => response.json())
    .catch((cause: unknown) => {
      throw new AppError('node-silent', { class: 'transient', message: `No edge node answers on ${where}. Start it, or set READROOM_CONSOLE_PORT to its console port.`, cause });
    });
  const status = statusSchema.safeParse(body);
  if (status.success) return status.data;
  throw new AppError('node-unknown', { class: 'permanent', message: `What answers on ${where} is no edge node of this version. Set READROOM_CONSOLE_PORT, or restart the node after an update.` });
}
