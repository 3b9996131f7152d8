import { alertStateSchema, type AlertState } from '@readroom/shared/alert/alert';
import { EVERY_ALERT, type AlertFilter } from '@readroom/shared/alert/history';
import { severitySchema, type Severity } from '@readroom/shared/finding/finding';
import { startOfDay } from '../../lib/time.ts';

/** What stands in the fields of the history; an empty string is "any". */
export interface FilterForm {
  readonly state: AlertState | '';
  readonly severity: Severity | '';
  readonly finding: string;
  /** `YYYY-MM-DD` on the reader's calendar; both days are included. */
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

export const EMPTY_FORM: FilterForm = { state: '', severity: '', finding: '', from: '', to: '', text: '' };

export const STATES = alertStateSchema.options;
export const SEVERITIES = severitySchema.options;

/** The filter that is asked for. A date that is none is left out. */
export function filterOf(form: FilterForm): AlertFilter {
  return {
    ...EVERY_ALERT,
    states: form.state === '' ? [] : [form.state],
    severities: form.severity === '' ? [] : [form.severity],
    findingCode: form.finding === '' ? null : form.finding,
    from: startOfDay(form.from),
    until: startOfDay(form.to, 1),
    text: form.text.trim(),
  };
}
