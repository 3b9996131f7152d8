import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What a build writes beside its sources is none of them. */
const SKIPPED = new Set(['node_modules', '.next', 'generated', '.turbo', 'next-env.d.ts', 'tsconfig.tsbuildinfo']);

/** Hash of the names and contents of everything under `paths` (files or folders below `root`), tests left out. */
export async function hashOf(root: string, paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(process.version);
  for (const path of paths) {
    for (const file of (await filesUnder(join(root, path))).sort()) hash.update(file.slice(root.length)).update('\0').update(await readFile(file)).update('\0');
  }
  return hash.digest('hex');
}

async function filesUnder(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => null);
  if (entries === null) return [path];
  const nested = await Promise.all(
    entries
      .filter((entry) => !SKIPPED.has(entry.name) && !/\.test\.tsx?$/.test(entry.name))
      .map((entry) => (entry.isDirectory() ? filesUnder(join(path, entry.name)) : Promise.resolve([join(path, entry.name)]))),
  );
  return nested.flat();
}

/** Whether `file` holds `stamp`: what was made from these sources is still there. */
export async function isStamped(file: string, stamp: string): Promise<boolean> {
  return (await readFile(file, 'utf8').catch(() => '')) === stamp;
}

export async function writeStamp(file: string, stamp: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, stamp);
}
