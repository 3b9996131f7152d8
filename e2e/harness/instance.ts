import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { freePort } from '../../tools/services/free-port.ts';
import { fillDemo } from '../../tools/start/demo/demo.ts';
import { readroom } from '../../tools/start/readroom.ts';
import type { Readroom } from '../../tools/start/readroom.ts';

export const ROOT = join(import.meta.dirname, '..', '..');
/** Real DICOM, beside the repository. */
export const SAMPLES = join(ROOT, '..', 'shared', 'samples');

/** Where a running Readroom answers; handed from the global set-up to the tests in the environment. */
const instanceSchema = z.object({ url: z.string(), home: z.string(), dicomPort: z.number(), consolePort: z.number() });
export type Instance = z.infer<typeof instanceSchema>;

const HANDED_IN = 'READROOM_E2E_INSTANCE';

export function sharedInstance(): Instance {
  const text = process.env[HANDED_IN];
  if (text === undefined) throw new Error('No Readroom runs for the journeys: start them with npx playwright test --config e2e/playwright.config.ts.');
  return instanceSchema.parse(JSON.parse(text));
}

/** Somebody started a Readroom already and named it in the environment, as one does while writing a journey. */
export function isHandedIn(): boolean {
  return process.env[HANDED_IN] !== undefined;
}

export function handIn(instance: Instance): void {
  process.env[HANDED_IN] = JSON.stringify(instance);
}

export interface BootedInstance extends Instance {
  readonly readroom: Readroom;
  /** Everything it said, for a test that has to explain itself. */
  readonly said: readonly string[];
  /** Ends every part and removes the home. */
  dispose(): Promise<void>;
}

export interface BootOptions {
  readonly demo?: boolean;
  /** Sends the demo studies and waits until they are analysed. */
  readonly fill?: boolean;
  /** False leaves the pages out; what is tested has no browser. */
  readonly pages?: boolean;
  readonly databaseUrl?: string;
  readonly redisUrl?: string;
}

/**
 * A new folder in /tmp, not the checkout: root's PostgreSQL runs as another account that must reach its data. Where it can't pass
 * through the home, the data lies elsewhere and stays when the home goes.
 */
export async function makeHome(prefix: string): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), prefix));
  await chmod(home, 0o711);
  return home;
}

/** Boots a whole Readroom on free ports in a home of its own. The production pages are built once and used again. */
export async function bootReadroom(options: BootOptions = {}): Promise<BootedInstance> {
  const home = await makeHome('readroom-');
  const said: string[] = [];
  const [port, dicomPort, consolePort] = [await freePort(), await freePort(), await freePort()];
  const settings = { root: ROOT, home, port, dicomPort, consolePort, databaseUrl: options.databaseUrl ?? null, redisUrl: options.redisUrl ?? null, demo: options.demo ?? true };
  const say = (line: string): void => void said.push(line);
  const whole = readroom({ settings, say, onGiveUp: say, pages: options.pages ?? true });
  const dispose = async (): Promise<void> => {
    await whole.stop();
    await rm(home, { recursive: true, force: true });
  };
  try {
    await whole.start();
    if (options.fill) await fillDemo({ settings, say, signal: new AbortController().signal });
  } catch (error) {
    await dispose();
    throw error;
  }
  return { url: whole.url, home, dicomPort, consolePort, readroom: whole, said, dispose };
}
