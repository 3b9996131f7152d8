import { ladderFields, type EscalationPolicy, type Ladder, type LadderField } from '@readroom/shared/alert/escalation-policy';
import { MINUTE_MS } from '@readroom/shared/clock';
import { severitySchema, type Severity } from '@readroom/shared/finding/finding';

/** What is typed: minutes, and for the repeats a number; empty where nothing is asked for. */
export type PolicyDraft = { readonly [S in Severity]: { readonly [F in LadderField]: string } };

export const FIELD_TEXT: { readonly [F in LadderField]: { readonly label: string; readonly unit: string } } = {
  backupAfterMs: { label: 'Call the backup after', unit: 'min' },
  endAfterMs: { label: 'Call everybody after', unit: 'min' },
  repeatEveryMs: { label: 'Then call again every', unit: 'min' },
  maxRepeats: { label: 'At most', unit: 'times' },
  acknowledgeWithinMs: { label: 'To be acknowledged within', unit: 'min' },
  communicateWithinMs: { label: 'To be communicated within', unit: 'min' },
};

export function draftOf(policy: EscalationPolicy): PolicyDraft {
  const typed = (ladder: Ladder) => eachField((field) => textOf(field, ladder[field]));
  return { critical: typed(policy.critical), urgent: typed(policy.urgent), routine: typed(policy.routine) };
}

function textOf(field: LadderField, value: number | null): string {
  if (value === null) return '';
  return String(field === 'maxRepeats' ? value : value / MINUTE_MS);
}

export interface Unreadable {
  readonly severity: Severity;
  readonly field: LadderField;
}

/** The policy that was typed, or the places where no number stands. Whether it may stand is another question. */
export function policyOf(draft: PolicyDraft): EscalationPolicy | readonly Unreadable[] {
  const bad = severitySchema.options.flatMap((severity) => ladderFields.filter((field) => numberOf(field, draft[severity][field]) === undefined).map((field) => ({ severity, field })));
  if (bad.length > 0) return bad;
  const ladder = (severity: Severity): Ladder => ({ ...eachField((field) => numberOf(field, draft[severity][field]) ?? 0), communicateWithinMs: numberOf('communicateWithinMs', draft[severity].communicateWithinMs) ?? null });
  return { critical: ladder('critical'), urgent: ladder('urgent'), routine: ladder('routine') };
}

/** Undefined where it is no number; null where nothing is asked for. */
function numberOf(field: LadderField, text: string): number | null | undefined {
  if (text.trim() === '') return field === 'communicateWithinMs' ? null : undefined;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) return undefined;
  return Math.round(field === 'maxRepeats' ? value : value * MINUTE_MS);
}

function eachField<T>(make: (field: LadderField) => T): { [F in LadderField]: T } {
  return { backupAfterMs: make('backupAfterMs'), endAfterMs: make('endAfterMs'), repeatEveryMs: make('repeatEveryMs'), maxRepeats: make('maxRepeats'), acknowledgeWithinMs: make('acknowledgeWithinMs'), communicateWithinMs: make('communicateWithinMs') };
}
