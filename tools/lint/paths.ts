import { builtinModules } from 'node:module';
import { relative, sep } from 'node:path';
import { ANYWHERE, LIBRARY_HOMES, TESTS } from './homes.ts';

/** Workspace packages and who may import them. Type-only imports of the gateway's router are the web's one bridge. */
const WORKSPACE_IMPORTERS: { readonly [name: string]: readonly string[] } = {
  '@readroom/shared': ['packages/', 'apps/', 'e2e/', 'bench/', 'tools/'],
  '@readroom/db': ['packages/db/', 'apps/gateway/', 'e2e/', 'bench/', 'tools/'],
};

const BUILTINS = new Set(builtinModules);

export function repoPath(root: string, file: string): string {
  return relative(root, file).split(sep).join('/');
}

export function isTestFile(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || /(^|\/)testing\//.test(path) || /^(e2e|bench)\//.test(path) || path.includes('vitest.');
}

export function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || BUILTINS.has(specifier);
}

/** `@scope/name/deep` -> `@scope/name`; `name/deep` -> `name`. */
export function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}

function homesOf(library: string): readonly string[] | null {
  const exact = LIBRARY_HOMES[library];
  if (exact) return exact;
  for (const [pattern, homes] of Object.entries(LIBRARY_HOMES)) {
    if (pattern.endsWith('*') && library.startsWith(pattern.slice(0, -1))) return homes;
  }
  return null;
}

/** What is wrong with `path` importing the third-party `library`, or null. */
export function libraryProblem(path: string, library: string): string | null {
  const homes = homesOf(library);
  if (homes === null) return `'${library}' has no home: give it one in tools/lint/homes.ts.`;
  const test = isTestFile(path);
  const allowed = homes.some((home) => home === ANYWHERE || (home === TESTS ? test : path === home || (home.endsWith('/') && path.startsWith(home))));
  // A test may drive a library from outside its home: it is how the real thing is checked.
  if (allowed || test) return null;
  return `'${library}' may be imported only in ${homes.filter((home) => home !== TESTS).join(', ')}.`;
}

/** What is wrong with `path` importing the workspace package `name`, or null. */
export function workspaceProblem(path: string, name: string, typeOnly: boolean, specifier: string): string | null {
  if (specifier === '@readroom/gateway/router') {
    if (path.startsWith('apps/web/') && typeOnly) return null;
    return `'${specifier}' is the web's, as a type: use 'import type' in apps/web.`;
  }
  const importers = WORKSPACE_IMPORTERS[name];
  if (!importers) return `'${name}' is an app: no code of an app is imported elsewhere.`;
  return importers.some((prefix) => path.startsWith(prefix)) ? null : `'${name}' may not be imported here.`;
}

/** The app or package `path` lies in, e.g. `apps/web`; null for tools, bench and e2e. */
function unitOf(path: string): string | null {
  return /^(apps|packages)\/[^/]+/.exec(path)?.[0] ?? null;
}

/** What is wrong with `path` importing the file `target` (both from the repository's root), or null. */
export function relativeProblem(path: string, target: string): string | null {
  if (/(^|\/)(apps\/[^/]+\/src\/|bench\/|tools\/[^/]+\/)main\.ts$/.test(target) && !isTestFile(path)) {
    return `Nobody imports a main.ts.`;
  }
  const from = unitOf(path);
  const to = unitOf(target);
  if (from === null || from === to || isTestFile(path)) return null;
  return `${from} may not reach into ${to ?? target} by path.`;
}
