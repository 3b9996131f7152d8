import { AppError } from '@readroom/shared/error';
import { startEdgeNode } from './edge-node.ts';
import type { EdgeNode } from './edge-node.ts';
import { readEnv } from './env.ts';
import { createLog } from './infra/log.ts';

const STOP_TIMEOUT_MS = 15_000;

const env = readEnvOrExit();
const log = createLog(env.logLevel);
let node: EdgeNode | undefined;
let stopping = false;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void shutdown(0));
process.on('unhandledRejection', (error) => {
  log.error({ event: 'process.unhandled-rejection', err: error });
});
// After an uncaught throw the state is unknown: what was acknowledged is durable, so stop and let the supervisor start again.
process.on('uncaughtException', (error) => {
  log.fatal({ event: 'process.uncaught-exception', err: error });
  void shutdown(1);
});

try {
  node = await startEdgeNode(env, log);
} catch (error) {
  log.fatal({ event: 'edge.failed', err: error });
  sayAndExit(error, 'The edge node could not start; the log above says why.');
}

async function shutdown(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  const timer = setTimeout(() => {
    log.error({ event: 'edge.stop-timed-out' });
    process.exit(1);
  }, STOP_TIMEOUT_MS);
  await node?.stop();
  clearTimeout(timer);
  log.info({ event: 'edge.stopped' });
  process.exit(code);
}

function readEnvOrExit(): ReturnType<typeof readEnv> {
  try {
    return readEnv();
  } catch (error) {
    return sayAndExit(error, 'The settings of the edge node could not be read.');
  }
}

/** One sentence for a person on stderr; the log is for machines. */
function sayAndExit(error: unknown, otherwise: string): never {
  process.stderr.write(`${error instanceof AppError ? error.message : otherwise}\n`);
  process.exit(1);
}
