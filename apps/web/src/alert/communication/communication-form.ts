import type { Alert } from '@readroom/shared/alert/alert';
import { knownSince, saidProblem } from '@readroom/shared/alert/communication';
import type { Communication, Means, Said, SaidProblem, ToldRole } from '@readroom/shared/alert/communication';
import { inputMoment, momentOf } from '../../lib/time.ts';
import { alertTitle } from '../screens/alert-text.ts';

/** What stands in the fields; an empty string where nothing was chosen yet. */
export interface CommunicationForm {
  readonly outcome: Said['outcome'];
  readonly name: string;
  readonly role: ToldRole | '';
  readonly means: Means | '';
  /** `YYYY-MM-DDTHH:mm` on the reader's clock. */
  readonly at: string;
  readonly words: string;
  readonly readBack: 'yes' | 'no' | '';
  readonly reason: string;
}

export interface FormProblem {
  readonly field: SaidProblem['field'] | 'role' | 'means' | 'readBack';
  readonly text: string;
}

/**
 * Prefilled with the finding's words and the time now, and with nothing that did not happen: a person, a means and a read-back
 * are chosen each time. A correction begins with what the record says.
 */
export function startOf(alert: Alert, corrects: Communication | null, now: number): CommunicationForm {
  const empty = { outcome: 'told', name: '', role: '', means: '', at: inputMoment(now), words: alertTitle(alert), readBack: '', reason: '' } as const;
  const said = corrects?.said;
  if (said === undefined) return empty;
  if (said.outcome === 'not-needed') return { ...empty, outcome: said.outcome, reason: said.reason };
  return { ...said, at: inputMoment(said.at), readBack: said.readBack ? 'yes' : 'no' };
}

/** The record as it is sent, or the first thing that is missing. `now` in ms since epoch. */
export function saidOf(form: CommunicationForm, alert: Alert, now: number): Said | FormProblem {
  const said = chosen(form);
  return 'field' in said ? said : (saidProblem(said, knownSince(alert), now) ?? said);
}

function chosen(form: CommunicationForm): Said | FormProblem {
  const reason = form.reason.trim();
  if (form.outcome === 'not-needed') return { outcome: form.outcome, reason };
  const name = form.name.trim();
  if (name === '') return { field: 'name', text: 'Type the name of the person who was told.' };
  if (form.role === '') return { field: 'role', text: 'Choose who this person is to the patient.' };
  if (form.means === '') return { field: 'means', text: 'Choose by what means.' };
  const at = momentOf(form.at);
  if (at === null) return { field: 'at', text: 'Enter date and time.' };
  if (form.readBack === '') return { field: 'readBack', text: 'Choose whether it was read back.' };
  const readBack = form.readBack === 'yes';
  return { outcome: form.outcome, name, role: form.role, means: form.means, at, words: form.words.trim(), readBack, reason: readBack ? '' : reason };
}
