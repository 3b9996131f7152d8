import { ENTRIES } from './catalogue-entries.ts';
import type { CatalogueEntry } from './catalogue-entries.ts';
import type { Severity } from './finding.ts';

export type { CatalogueEntry } from './catalogue-entries.ts';

export const CATALOGUE: ReadonlyMap<string, CatalogueEntry> = new Map(ENTRIES.map((entry) => [entry.code, entry]));

/** Why a model may not report this finding with this severity (null: whatever it is); null when it may. */
export function catalogueProblem(code: string, severity: Severity | null): string | null {
  const entry = CATALOGUE.get(code);
  if (!entry) return `${code} is not in the finding catalogue`;
  return severity === null || entry.severities.includes(severity) ? null : `${code} is given the severity ${severity}, the finding catalogue says ${entry.severities.join(' or ')}`;
}
