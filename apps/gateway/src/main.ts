import { AppError } from '@readroom/shared/error';
import { readEnv } from './env.ts';
import { startGateway } from './gateway.ts';
import type { Gateway } from './gateway.ts';
import { createLog } from './infra/log.ts';

const STOP_TIMEOUT_MS = 15_000;

const env = readEnvOrExit();
const log = createLog(env.logLevel);
let gateway: Gateway | undefined;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void shutdown(0));
// A defect must not take the list away from every reader: say it, count it, go on.
process.on('unhandledRejection', (error) => survive('process.unhandled-rejection', error));
// After an uncaught throw the state is unknown: stop in order and let the supervisor start again.
process.on('uncaughtException', (error) => {
  survive('process.uncaught-exception', error);
  void shutdown(1);
});

try {
  gateway = await startGateway(env, { log, processMetrics: true });
} catch (error) {
  log.fatal({ event: 'gateway.failed', err: error });
  sayAndExit(error, 'The gateway could not start; the log above says why.');
}

function survive(event: string, error: unknown): void {
  log.error({ event, err: error });
  gateway?.deps.metrics.counter('readroom_unhandled_total', 'Errors nobody caught', ['kind']).inc({ kind: event });
}

async function shutdown(code: number): Promise<void> {
  const timer = setTimeout(() => {
    log.error({ event: 'gateway.stop-timed-out' });
    process.exit(1);
  }, STOP_TIMEOUT_MS);
  await gateway?.stop();
  clearTimeout(timer);
  log.info({ event: 'gateway.stopped' });
  process.exit(code);
}

function readEnvOrExit(): ReturnType<typeof readEnv> {
  try {
    return readEnv();
  } catch (error) {
    return sayAndExit(error, 'The settings of the gateway could not be read.');
  }
}

/** One sentence for a person on stderr; the log is for machines. */
function sayAndExit(error: unknown, otherwise: string): never {
  process.stderr.write(`${error instanceof AppError ? error.message : otherwise}\n`);
  process.exit(1);
}
