import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Service } from '@readroom/shared/service';
import { checkDatabase } from '../services/check-database.ts';
import { freePort } from '../services/free-port.ts';
import { buildWeb, generateClients } from './build.ts';
import { StartFailure } from './failure.ts';
import { database } from './host/database.ts';
import type { Database } from './host/database.ts';
import { ensureNodeKey, ensureSecret, prepareHome } from './host/home.ts';
import { lockHome } from './host/lock.ts';
import type { HomeLock } from './host/lock.ts';
import { claimable } from './host/ports.ts';
import type { Child } from './host/child.ts';
import { edgeLinked, edgeProcess, gatewayProcess, gatewayUrl, webProcess } from './processes.ts';
import type { Wiring } from './processes.ts';
import type { Settings } from './settings.ts';

export interface ReadroomOptions {
  readonly settings: Settings;
  say(line: string): void;
  /** A part can't be kept running: the whole should end. */
  onGiveUp(sentence: string): void;
  /** False leaves the pages out: for tests and benchmarks that have no browser. */
  readonly pages?: boolean;
}

export type PartName = 'gateway' | 'edge' | 'web' | 'postgres';

/** The whole of Readroom on one machine: database, gateway, edge node, pages. `npm start`, the journeys and the benchmarks run it. */
export interface Readroom extends Service {
  readonly url: string;
  readonly settings: Settings;
  /** The part's process, or null while it is down or somebody else's. */
  pid(part: PartName): number | null;
  /** The one-time link that makes the first administrator; null once there is one, and in the demo. */
  setupLink(): Promise<string | null>;
}

export function readroom(options: ReadroomOptions): Readroom {
  const { settings } = options;
  const aborted = new AbortController();
  const started: Service[] = [];
  const parts: { gateway?: Child; edge?: Child; web?: Child; postgres?: Database } = {};
  let lock: HomeLock | null = null;
  let starting: Promise<void> = Promise.resolve();
  const setupToken = settings.demo ? null : randomBytes(24).toString('base64url');

  const add = async (service: Service): Promise<void> => {
    // On the list before it is up: a start that is interrupted still ends it.
    started.push(service);
    if (aborted.signal.aborted) throw new StartFailure('The start was interrupted.');
    await service.start();
    await lock?.noteChildren(pidsOf([parts.gateway, parts.edge, parts.web]));
  };

  const run = async (): Promise<void> => {
    await prepareHome(settings.home);
    lock = await lockHome(settings.home);
    await claimPorts(settings);
    if (settings.databaseUrl !== null) await checkDatabase(settings.databaseUrl);
    // When the servers can't start, the build is not worth waiting for.
    const sibling = new AbortController();
    const context = { root: settings.root, say: options.say, signal: aborted.signal };
    await generateClients(context);
    const signal = AbortSignal.any([aborted.signal, sibling.signal]);
    const build = options.pages === false ? Promise.resolve() : buildWeb({ ...context, signal });
    await together([build, startServers()], sibling);
    if (options.pages !== false && parts.web) await add(parts.web);
    if (!(await edgeLinked(settings, aborted.signal))) options.say(`The edge node has no link to the gateway yet; http://127.0.0.1:${String(settings.consolePort)} says why.`);
  };

  const startServers = async (): Promise<void> => {
    if (settings.databaseUrl === null) options.say('Starting PostgreSQL ...');
    parts.postgres = database({ home: settings.home, url: settings.databaseUrl, say: options.say, onGiveUp: options.onGiveUp });
    await add(parts.postgres);
    const wiring = await wire(options, parts.postgres.url(), setupToken);
    parts.web = webProcess(wiring);
    parts.gateway = await gatewayProcess(wiring);
    options.say('Starting the gateway ...');
    await add(parts.gateway);
    parts.edge = edgeProcess(wiring);
    options.say('Starting the edge node ...');
    await add(parts.edge);
  };

  return {
    name: 'readroom',
    url: gatewayUrl(settings),
    settings,
    pid: (part) => parts[part]?.pid() ?? null,
    setupLink: async () => (setupToken !== null && (await needsSetup(settings)) ? `${gatewayUrl(settings)}/setup#${setupToken}` : null),
    start: () => (starting = run()),
    stop: async () => {
      aborted.abort();
      await lock?.noteEnding().catch(() => undefined);
      await stopAll(started);
      await starting.catch(() => undefined);
      // What a start that was under way still added.
      await stopAll(started);
      await lock?.release();
      lock = null;
    },
  };
}

/** In reverse order of their start. */
async function stopAll(started: Service[]): Promise<void> {
  for (let service = started.pop(); service; service = started.pop()) await service.stop();
}

function pidsOf(children: readonly (Child | undefined)[]): number[] {
  return children.map((child) => child?.pid() ?? null).filter((pid) => pid !== null);
}

const instanceSchema = z.object({ needsSetup: z.boolean() });

async function needsSetup(settings: Settings): Promise<boolean> {
  const response = await fetch(`${gatewayUrl(settings)}/api/instance`, { signal: AbortSignal.timeout(10_000) });
  return instanceSchema.parse(await response.json()).needsSetup;
}

async function wire(options: ReadroomOptions, databaseUrl: string, setupToken: string | null): Promise<Wiring> {
  const { settings } = options;
  return {
    settings,
    databaseUrl,
    webPort: await freePort(),
    authSecretFile: await ensureSecret(settings.home, 'auth.secret'),
    nodeKeyFile: await ensureNodeKey(settings.home),
    setupToken,
    say: options.say,
    onGiveUp: options.onGiveUp,
  };
}

async function claimPorts(settings: Settings): Promise<void> {
  await claimable(settings.port, '127.0.0.1', 'READROOM_PORT', 'the web page');
  await claimable(settings.dicomPort, '0.0.0.0', 'READROOM_DICOM_PORT', 'DICOM');
  await claimable(settings.consolePort, '127.0.0.1', 'READROOM_CONSOLE_PORT', 'the edge console');
}

/** Waits for all, so that nothing is left running unseen, and throws the first failure, which also ends the others. */
async function together(jobs: readonly Promise<void>[], others: AbortController): Promise<void> {
  let first: unknown = null;
  await Promise.allSettled(
    jobs.map((job) =>
      job.catch((error: unknown) => {
        first ??= error;
        others.abort();
      }),
    ),
  );
  if (first !== null) throw first;
}
