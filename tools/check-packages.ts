import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * `node tools/check-packages.ts`: every dependency is pinned to one exact version, the lock file holds no download
 * address (a hospital installs from its own mirror), and every production dependency has a licence we may ship.
 */
const ALLOWED = new Set(['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', 'BSL-1.0', 'CC0-1.0', 'MIT-0', 'OFL-1.1', 'PostgreSQL', 'Python-2.0', 'Unlicense', 'WTFPL', 'Zlib']);

/** Weak-copyleft or data licences, each with the package it is accepted for and why that is sound. */
const EXCEPTIONS: readonly { readonly packages: RegExp; readonly licence: string; readonly why: string }[] = [
  { packages: /^@img\/sharp-/, licence: 'LGPL-3.0-or-later', why: 'libvips, a shared library that sharp loads and a user may replace' },
  { packages: /^lightningcss/, licence: 'MPL-2.0', why: 'unchanged; runs when the pages are built' },
  { packages: /^elkjs$/, licence: 'EPL-2.0', why: 'unchanged; comes with the Prisma command line, never loaded at run time' },
  { packages: /^caniuse-lite$/, licence: 'CC-BY-4.0', why: 'a table of browsers, read when the pages are built' },
];

/** Optional, for another platform, and not here: nothing to read and nothing to ship. */
const NOT_INSTALLED = 'not installed';

/** Also under another name: two majors of one package may be needed side by side. */
const EXACT = /^(npm:(@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

const manifestSchema = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});
const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ license: z.string().optional(), dev: z.boolean().optional(), link: z.boolean().optional(), resolved: z.string().optional() })),
});
type Lock = z.infer<typeof lockSchema>;

export function unpinned(name: string, manifest: unknown): string[] {
  const { dependencies, devDependencies } = manifestSchema.parse(manifest);
  return Object.entries({ ...dependencies, ...devDependencies })
    .filter(([, version]) => !EXACT.test(version))
    .map(([library, version]) => `${name}: ${library} ${version} is not one exact version.`);
}

export function addresses(lock: unknown): string[] {
  return Object.entries(lockSchema.parse(lock).packages)
    .filter(([, entry]) => /^(https?|git|ssh)/.test(entry.resolved ?? ''))
    .map(([path]) => `package-lock.json: ${path} holds a download address. Run npm install with the project's .npmrc.`);
}

/** `licenceOf` reads what the lock file leaves out from the installed package. */
export async function badLicences(lock: unknown, licenceOf: (path: string) => Promise<string | null>): Promise<string[]> {
  const problems: string[] = [];
  for (const [path, entry] of productionPackages(lockSchema.parse(lock))) {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const licence = entry.license ?? (await licenceOf(path));
    if (licence === null) problems.push(`${name} names no licence.`);
    else if (licence !== NOT_INSTALLED && !isAllowed(name, licence)) problems.push(`${name} is under ${licence}, which is not on the list in tools/check-packages.ts.`);
  }
  return problems;
}

function productionPackages(lock: Lock): [string, Lock['packages'][string]][] {
  return Object.entries(lock.packages).filter(([path, entry]) => path.includes('node_modules/') && !entry.dev && !entry.link);
}

/** SPDX expressions as packages write them: of `A OR B` one must be allowed, of `A AND B` all. */
function isAllowed(name: string, expression: string): boolean {
  const single = (licence: string): boolean => ALLOWED.has(licence) || EXCEPTIONS.some((exception) => exception.licence === licence && exception.packages.test(name));
  return expression
    .replace(/[()]/g, '')
    .split(/ or /i)
    .some((choice) => choice.split(/ and /i).every((licence) => single(licence.trim())));
}

const oldLicenceSchema = z.object({ license: z.union([z.string(), z.object({ type: z.string() })]).optional(), licenses: z.array(z.object({ type: z.string() })).optional() });

/** Packages from before SPDX write an object, a list, or only a file. */
export async function installedLicence(root: string, path: string): Promise<string | null> {
  const text = await readFile(join(root, path, 'package.json'), 'utf8').catch(() => null);
  if (text === null) return NOT_INSTALLED;
  const { license, licenses } = oldLicenceSchema.parse(JSON.parse(text));
  if (typeof license === 'string') return license;
  if (license) return license.type;
  if (licenses) return licenses.map((one) => one.type).join(' OR ');
  const files = await readdir(join(root, path));
  const file = files.find((name) => /^licen[cs]e/i.test(name));
  const words = file ? await readFile(join(root, path, file), 'utf8') : '';
  return /Permission is hereby granted, free of charge/.test(words) ? 'MIT' : null;
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'));
}

export async function checkPackages(root: string): Promise<string[]> {
  const workspaces = await Promise.all(['apps', 'packages'].map(async (folder) => (await readdir(join(root, folder))).map((name) => `${folder}/${name}/package.json`)));
  const manifests = ['package.json', ...workspaces.flat()];
  const lock = await readJson(join(root, 'package-lock.json'));
  const pins = await Promise.all(manifests.map(async (name) => unpinned(name, await readJson(join(root, name)))));
  return [...pins.flat(), ...addresses(lock), ...(await badLicences(lock, (path) => installedLicence(root, path)))];
}

if (import.meta.main) {
  const problems = await checkPackages(join(import.meta.dirname, '..'));
  for (const problem of problems) console.error(problem);
  console.log(problems.length === 0 ? 'Packages: pinned, without addresses, licences allowed.' : `${String(problems.length)} problems.`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
