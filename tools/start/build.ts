import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StartFailure } from './failure.ts';
import { runTool } from './host/run-tool.ts';
import { hashOf, isStamped, writeStamp } from './host/stamp.ts';

const WEB_SOURCES = ['apps/web', 'packages/shared/src', 'package-lock.json', 'tsconfig.base.json'];
const CLIENT_SOURCES = ['prisma/control/schema.prisma', 'prisma/hospital/schema.prisma', 'packages/db/src/generate.ts', 'packages/db/package.json'];

/** A build by another start of the same checkout is waited for. */
const WAIT_FOR_OTHER_MS = 5_000;
const TRIES = 60;

export interface BuildContext {
  readonly root: string;
  readonly signal?: AbortSignal;
  say(line: string): void;
}

/** Writes the typed database clients when the schemas changed. */
export async function generateClients(context: BuildContext): Promise<void> {
  const stampFile = join(context.root, 'packages/db/src/generated/.stamp');
  const stamp = await hashOf(context.root, CLIENT_SOURCES);
  if (await isStamped(stampFile, stamp)) return;
  context.say('Writing the database clients ...');
  const run = await runTool(['packages/db/src/generate.ts'], toolOptions(context, context.root));
  if (run.code !== 0) throw failed('The database clients could not be written', run.output);
  await writeStamp(stampFile, stamp);
}

/** Builds the pages for production when their sources changed. Webpack: the Turbopack build never ends with Cornerstone. */
export async function buildWeb(context: BuildContext, triesLeft = TRIES): Promise<void> {
  const web = join(context.root, 'apps/web');
  const stampFile = join(web, '.next/readroom.stamp');
  const stamp = await hashOf(context.root, WEB_SOURCES);
  if ((await isStamped(stampFile, stamp)) || isKept()) return;
  context.say('Building the pages (one to two minutes the first time) ...');
  await rm(stampFile, { force: true });
  const started = Date.now();
  const progress = setInterval(() => context.say(`  still building, ${String(Math.round((Date.now() - started) / 1000))} s`), 15_000);
  const next = join(context.root, 'node_modules/next/dist/bin/next');
  const run = await runTool([next, 'build', '--webpack'], toolOptions(context, web)).finally(() => clearInterval(progress));
  if (run.code !== 0 && triesLeft > 1 && /Another next build process is already running/.test(run.output)) {
    context.say('Another start builds the pages; waiting for it ...');
    await delay(WAIT_FOR_OTHER_MS);
    return buildWeb(context, triesLeft - 1);
  }
  if (run.code !== 0) throw failed('The pages could not be built', run.output);
  await writeStamp(stampFile, stamp);
}

/** Whoever works on the servers may keep an older build of the pages: `READROOM_KEEP_PAGES=1`. */
function isKept(): boolean {
  return process.env.READROOM_KEEP_PAGES === '1';
}

function toolOptions(context: BuildContext, cwd: string): Parameters<typeof runTool>[1] {
  const env = { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' };
  return context.signal ? { cwd, env, signal: context.signal } : { cwd, env };
}

function failed(what: string, output: string): StartFailure {
  if (/ENOSPC|No space left/i.test(output)) return new StartFailure(`${what}: the disk is full. Free some space and start again.`);
  return new StartFailure(`${what}:\n${output.trim().split('\n').slice(-15).join('\n')}`);
}
