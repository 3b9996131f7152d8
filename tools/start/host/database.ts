import { lstat, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Service } from '@readroom/shared/service';
import { startPostgres } from '../../services/postgres.ts';
import type { RunningPostgres } from '../../services/postgres.ts';
import { isAlive } from '../../services/is-alive.ts';

export interface Database extends Service {
  url(): string;
  /** null for a database of somebody else's. */
  pid(): number | null;
}

export interface DatabaseOptions {
  readonly home: string;
  readonly url: string | null;
  say(line: string): void;
  onGiveUp(sentence: string): void;
}

const WATCH_EVERY_MS = 250;
/** A killed postmaster's backends hold its shared memory for a moment; the next start waits for them. */
const RESTART_TRIES = 10;

/** The outside database of DATABASE_URL, which is not ours to watch; or the embedded one, watched and started again when it dies. */
export function database(options: DatabaseOptions): Database {
  return options.url === null ? embedded(options) : outside(options.url);
}

function outside(url: string): Database {
  return { name: 'database', url: () => url, pid: () => null, start: () => Promise.resolve(), stop: () => Promise.resolve() };
}

function embedded(options: DatabaseOptions): Database {
  const dataDir = join(options.home, 'postgres');
  let running: RunningPostgres | null = null;
  let watch: NodeJS.Timeout | undefined;
  let repairing: Promise<void> = Promise.resolve();
  let stopping = false;

  const look = (): void => {
    if (running === null || stopping || isAlive(running.pid)) return;
    const { port } = running;
    running = null;
    options.say('PostgreSQL ended unexpectedly; starting it again');
    repairing = again(port);
  };

  const again = async (port: number): Promise<void> => {
    for (let tries = 1; !stopping; tries++) {
      try {
        running = await startPostgres({ dataDir, port });
        options.say('PostgreSQL is back');
        return;
      } catch (error) {
        if (tries === RESTART_TRIES) {
          options.onGiveUp(`PostgreSQL can't be started again: ${error instanceof Error ? error.message : String(error)}`);
          return;
        }
        await delay(300 * tries);
      }
    }
  };

  return {
    name: 'PostgreSQL',
    url: () => running?.url ?? '',
    pid: () => running?.pid ?? null,
    start: async () => {
      running = await startPostgres({ dataDir });
      // As root, PostgreSQL runs as another account, which must reach its data.
      if ((await lstat(dataDir)).isSymbolicLink()) options.say(`The database lies in ${await realpath(dataDir)}: PostgreSQL's account can't reach ${options.home}. Back it up too.`);
      watch = setInterval(look, WATCH_EVERY_MS);
    },
    stop: async () => {
      stopping = true;
      clearInterval(watch);
      await repairing;
      await running?.stop();
      running = null;
    },
  };
}
