import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** A package that production needs, as it is installed. */
export interface InstalledPackage {
  /** From the repository's root: `node_modules/a/node_modules/b`. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
}

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
  os: z.array(z.string()).optional(),
  cpu: z.array(z.string()).optional(),
  libc: z.union([z.string(), z.array(z.string())]).optional(),
});
type Manifest = z.infer<typeof manifestSchema>;

/** What the bundle is for. A package for another platform is left out. */
const PLATFORM = { os: 'linux', cpu: 'x64', libc: 'glibc' } as const;

/**
 * The production dependencies of one workspace and of what it is built on, found as Node finds them (nested folders first).
 * @throws Error naming a package that is not installed
 */
export async function productionPackages(root: string, workspace: string): Promise<InstalledPackage[]> {
  const found = new Map<string, InstalledPackage>();
  const start = await readManifest(join(root, workspace));
  if (!start) throw new Error(`${workspace} has no package.json.`);
  await visit(root, workspace, start, found);
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function visit(root: string, from: string, manifest: Manifest, found: Map<string, InstalledPackage>): Promise<void> {
  const wanted = [...Object.keys(manifest.dependencies).map((name) => [name, true] as const), ...Object.keys(manifest.optionalDependencies).map((name) => [name, false] as const)];
  for (const [name, isNeeded] of wanted) {
    const path = await resolvePackage(root, from, name);
    const installed = path === null ? null : await readManifest(join(root, path));
    if (path === null || installed === null) {
      if (isNeeded && !(name in manifest.optionalDependencies)) throw new Error(`${name}, which ${from} needs, is not installed: run npm install.`);
      continue;
    }
    if (found.has(path) || !isForPlatform(installed)) continue;
    found.set(path, { path, name, version: installed.version });
    await visit(root, path, installed, found);
  }
}

/** Node's own search: a `node_modules` beside the package, then beside each of its parents. */
async function resolvePackage(root: string, from: string, name: string): Promise<string | null> {
  const parts = from.split('/');
  for (let length = parts.length; length >= 0; length -= 1) {
    if (parts[length - 1] === 'node_modules') continue;
    const path = [...parts.slice(0, length), 'node_modules', name].join('/');
    if ((await readManifest(join(root, path))) !== null) return path;
  }
  return null;
}

async function readManifest(folder: string): Promise<Manifest | null> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => null);
  return text === null ? null : manifestSchema.parse(JSON.parse(text));
}

/** `os`, `cpu` and `libc` as npm reads them: a list of those that are, or with `!` of those that are not. */
function isForPlatform({ os, cpu, libc }: Manifest): boolean {
  const fits = (list: readonly string[] | undefined, mine: string): boolean =>
    list === undefined || (list.some((one) => one.startsWith('!')) ? !list.includes(`!${mine}`) : list.includes(mine));
  return fits(os, PLATFORM.os) && fits(cpu, PLATFORM.cpu) && fits(typeof libc === 'string' ? [libc] : libc, PLATFORM.libc);
}
