import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * `node tools/check-spec.ts [ROOT]`: every law of a SPEC.md is worn by a test, and every law a test wears is written in a SPEC.md.
 * A law is a line that begins with its id (`PR1`); a test wears it as `[PR1]` in its title. Exits 1 naming the files.
 */
const LAW_LINE = /^[\s>*|#-]*([A-Z]{2}\d{1,2})\b/;
const TEST_FILE = /\.(test|int\.test|spec)\.tsx?$/;
/** A title: the first argument of `test`, `it`, `describe` (`.only` and the like too), or of what `.each(...)` gave back. */
const TITLE = /(?:\b(?:test|it|describe)(?:\.\w+)*|\))\s*\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g;
const WORN = /\[([A-Z]{2}\d{1,2})\]/g;
const SKIPPED = new Set(['node_modules', '.next', '.git', '.turbo', 'coverage', '.readroom', 'generated', 'test-results']);

export interface SpecReport {
  /** id -> the files that say it, relative to the root. */
  readonly laws: ReadonlyMap<string, readonly string[]>;
  readonly tests: ReadonlyMap<string, readonly string[]>;
  readonly problems: readonly string[];
}

export function lawsIn(text: string): string[] {
  return text.split('\n').flatMap((line) => LAW_LINE.exec(line)?.[1] ?? []);
}

export function idsWornIn(text: string): string[] {
  const titles = [...text.matchAll(TITLE)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
  return [...new Set(titles.flatMap((title) => [...title.matchAll(WORN)].map((match) => match[1] ?? '')))];
}

export async function checkSpec(root: string): Promise<SpecReport> {
  const files = await filesUnder(root);
  const laws = await collect(root, files.filter((file) => file.endsWith(`${sep}SPEC.md`)), lawsIn);
  const tests = await collect(root, files.filter((file) => TEST_FILE.test(file)), idsWornIn);
  return { laws, tests, problems: problemsOf(laws, tests) };
}

function problemsOf(laws: SpecReport['laws'], tests: SpecReport['tests']): string[] {
  const untested = [...laws].filter(([id]) => !tests.has(id)).map(([id, files]) => `${id} of ${files.join(', ')}: no test has [${id}] in its title.`);
  const twice = [...laws].filter(([, files]) => files.length > 1).map(([id, files]) => `${id} is written more than once: ${files.join(', ')}.`);
  const unwritten = [...tests].filter(([id]) => !laws.has(id)).map(([id, files]) => `[${id}] of ${files.join(', ')}: no SPEC.md has a line for it.`);
  return [...untested, ...twice, ...unwritten].sort();
}

async function collect(root: string, files: readonly string[], idsOf: (text: string) => string[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const file of files) {
    const name = relative(root, file).split(sep).join('/');
    for (const id of idsOf(await readFile(file, 'utf8'))) found.set(id, [...(found.get(id) ?? []), name]);
  }
  return found;
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : await filesUnder(path);
      return entry.isFile() ? [path] : [];
    }),
  );
  return nested.flat().sort();
}

async function main(): Promise<void> {
  const { laws, problems } = await checkSpec(process.argv[2] ?? join(import.meta.dirname, '..'));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) {
    process.exitCode = 1;
    return;
  }
  console.log(`${String(laws.size)} laws, each worn by a test.`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
