import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scan } from './phi/scan.ts';
import type { Finding } from './phi/scan.ts';

/** `node tools/check-phi.ts`: no patient field reaches a log line, a metric label, an error's text or a URL in the product's source. */
const SOURCES = ['apps/*/src/**/*.ts', 'apps/*/src/**/*.tsx', 'packages/*/src/**/*.ts', 'tools/**/*.ts'];

function isSkipped(path: string): boolean {
  return /\.test\.tsx?$|\/generated\/|\/testing\/|node_modules/.test(path);
}

export async function checkPhi(root: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const path of glob(SOURCES, { cwd: root })) {
    if (!isSkipped(path)) findings.push(...scan(path, await readFile(join(root, path), 'utf8')));
  }
  return findings;
}

if (import.meta.main) {
  const findings = await checkPhi(join(import.meta.dirname, '..'));
  for (const found of findings) console.error(`${found.file}:${String(found.line)}: ${found.field} reaches a ${found.where}.`);
  console.log(findings.length === 0 ? 'Patient data: no field reaches a log, a label, an error or a URL.' : `${String(findings.length)} problems.`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}
