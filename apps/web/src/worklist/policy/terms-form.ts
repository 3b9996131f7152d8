import { HOUR_MS, MINUTE_MS } from '@readroom/shared/clock';
import { allowanceFields, creditFields, policyFields, termsOf, valuesOf, type PolicyField, type PolicyTerms } from '@readroom/shared/priority/policy-change';

/** What is typed, in the field's own unit. */
export type TermsDraft = { readonly [F in PolicyField]: string };

export interface Group {
  readonly title: string;
  readonly note: string;
  readonly fields: readonly PolicyField[];
}

export const GROUPS: readonly Group[] = [
  { title: 'May wait, by class', note: 'From the time received. This is also when the study is due.', fields: allowanceFields },
  { title: 'Brought forward by AI', note: 'Of several findings the one that counts most. AI never moves a study back.', fields: creditFields },
  { title: 'Hard limit', note: 'Without a preliminary report by then, the attendings are called, once.', fields: ['hardLimit'] },
];

/** Minutes where minutes matter. */
export function unitOf(field: PolicyField): 'min' | 'h' {
  return field === 'stat' || field === 'emergency' ? 'min' : 'h';
}

const unitMs = (field: PolicyField): number => (unitOf(field) === 'min' ? MINUTE_MS : HOUR_MS);

export function draftOf(terms: PolicyTerms): TermsDraft {
  const values = valuesOf(terms);
  return eachField((field) => String(Math.round((values[field] / unitMs(field)) * 100) / 100));
}

/** The terms that were typed, or the fields where no number stands. A field left as it was keeps its value to the millisecond. */
export function typedTerms(draft: TermsDraft, inForce: PolicyTerms): PolicyTerms | readonly PolicyField[] {
  const [shown, held] = [draftOf(inForce), valuesOf(inForce)];
  const values = eachField((field) => (draft[field] === shown[field] ? held[field] : numberOf(field, draft[field])));
  const bad = policyFields.filter((field) => values[field] === null);
  return bad.length > 0 ? bad : termsOf(eachField((field) => values[field] ?? 0));
}

/** To the whole minute. */
function numberOf(field: PolicyField, text: string): number | null {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) return null;
  return Math.round((value * unitMs(field)) / MINUTE_MS) * MINUTE_MS;
}

function eachField<T>(make: (field: PolicyField) => T): { [F in PolicyField]: T } {
  return {
    stat: make('stat'),
    emergency: make('emergency'),
    inpatient: make('inpatient'),
    unclassed: make('unclassed'),
    outpatient: make('outpatient'),
    critical: make('critical'),
    urgent: make('urgent'),
    routine: make('routine'),
    hardLimit: make('hardLimit'),
  };
}
