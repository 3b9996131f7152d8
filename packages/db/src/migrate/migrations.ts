import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { AppError } from '@readroom/shared/error';

/** The two families of schemas: `control` (who is who) and `hospital` (one a tenant, everything with patient data). */
export type Family = 'control' | 'hospital';

export interface Migration {
  /** Folder name, `<n>_<what>`: the order is that of the names. */
  readonly name: string;
  readonly up: string;
  readonly down: string;
  /** sha256, hex, of `up`. */
  readonly checksum: string;
}

const ROOT = new URL('../../../../prisma/', import.meta.url);

/** Reads `prisma/<family>/migrations/<n>_<name>/{migration,down}.sql`, oldest first. */
export async function readMigrations(family: Family): Promise<readonly Migration[]> {
  const folder = new URL(`${family}/migrations/`, ROOT);
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
  return Promise.all(names.map((name) => readMigration(folder, name)));
}

async function readMigration(folder: URL, name: string): Promise<Migration> {
  const read = (file: string): Promise<string> => readFile(new URL(`${name}/${file}`, folder), 'utf8');
  try {
    const [up, down] = await Promise.all([read('migration.sql'), read('down.sql')]);
    return { name, up, down, checksum: createHash('sha256').update(up).digest('hex') };
  } catch (cause) {
    throw new AppError('migration-incomplete', { class: 'permanent', message: `The migration ${name} needs both migration.sql and down.sql.`, cause });
  }
}
