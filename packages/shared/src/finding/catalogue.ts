import type { Severity } from './finding.ts';

export interface CatalogueEntry {
  readonly code: string;
  readonly label: string;
  readonly severity: Severity;
  /** SNOMED CT concept id and preferred term. */
  readonly snomed: { readonly id: string; readonly term: string };
  /** What data sets call it, beside its code and label. */
  readonly aliases: readonly string[];
  /** A neutral sentence a report may carry; the model's words, not a diagnosis. */
  readonly sentence: string;
}

const ENTRIES: readonly CatalogueEntry[] = [
  {
    code: 'intracranial-haemorrhage',
    label: 'Intracranial haemorrhage',
    severity: 'critical',
    snomed: { id: '1386000', term: 'Intracranial hemorrhage' },
    aliases: ['hemorrhage', 'haemorrhage', 'intracranial-hemorrhage', 'ich', 'bleed'],
    sentence: 'Hyperdense area suspicious for acute intracranial haemorrhage.',
  },
  {
    code: 'pneumonia',
    label: 'Pneumonia',
    severity: 'urgent',
    snomed: { id: '233604007', term: 'Pneumonia' },
    aliases: [],
    sentence: 'Pulmonary opacity suspicious for pneumonia.',
  },
];

export const CATALOGUE: ReadonlyMap<string, CatalogueEntry> = new Map(ENTRIES.map((entry) => [entry.code, entry]));
