import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from './run-step.ts';
import { FAILED, PASSED, playwrightCounts, vitestCounts } from './counts.ts';
import type { Counts } from './counts.ts';

export interface Step {
  readonly name: string;
  run(): Promise<Counts>;
}

/** Every project of the tree that is type-checked on its own. */
const PROJECTS = ['packages/shared', 'packages/db', 'apps/gateway', 'apps/edge-node', 'apps/web', 'e2e', 'bench', '.'];

/** A program that either ends well or not. */
function check(root: string, name: string, args: readonly string[]): Step {
  return { name, run: async () => ((await runTool(root, name, args)) === 0 ? PASSED : FAILED) };
}

export function checks(root: string): Step[] {
  return [
    check(root, 'lint', [join(root, 'node_modules/eslint/bin/eslint.js'), '.', '--max-warnings', '0']),
    check(root, 'spec', ['tools/check-spec.ts']),
    check(root, 'phi', ['tools/check-phi.ts']),
    check(root, 'packages', ['tools/check-packages.ts']),
  ];
}

/** By the native compiler, in a fifth of the time; the one in JavaScript stays for what asks it questions (ESLint, the editor). */
export function typeChecks(root: string): Step[] {
  const tsc = join(root, 'node_modules/typescript-native/bin/tsc');
  return PROJECTS.map((project) => check(root, `types ${project}`, [tsc, '--noEmit', '--pretty', 'false', '-p', project]));
}

/** Unit and integration tests in one run, so that their coverage is one number. */
export function vitestStep(root: string, results: string): Step {
  const report = join(results, 'vitest.json');
  const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--coverage', '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`];
  return { name: 'unit and integration', run: () => counted(root, 'unit-and-integration', args, report, vitestCounts) };
}

export function journeysStep(root: string, results: string): Step {
  const report = join(results, 'playwright.json');
  const args = [join(root, 'node_modules/@playwright/test/cli.js'), 'test', '--config', 'e2e/playwright.config.ts', '--reporter=line,json'];
  return { name: 'journeys', run: () => counted(root, 'journeys', args, report, playwrightCounts, { PLAYWRIGHT_JSON_OUTPUT_FILE: report }) };
}

async function counted(
  root: string,
  name: string,
  args: readonly string[],
  report: string,
  read: (report: unknown, exitCode: number | null) => Counts,
  env: Readonly<Record<string, string>> = {},
): Promise<Counts> {
  // A report of an earlier run must not speak for this one.
  await rm(report, { force: true });
  const code = await runTool(root, name, args, env);
  const text = await readFile(report, 'utf8').catch(() => null);
  return text === null ? FAILED : read(JSON.parse(text), code);
}
