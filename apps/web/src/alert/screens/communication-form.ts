import type { Communication } from '@readroom/shared/alert/alert';

export interface CommunicationForm {
  readonly how: Communication['how'];
  readonly to: string;
  /** `HH:mm` on the reader's clock. */
  readonly time: string;
  readonly readBack: boolean;
  readonly note: string;
}

/**
 * Prefilled so that it takes three seconds, and with nothing that did not happen: until the reader says otherwise nobody
 * was told. A choice of phone finds the last person told in this window already there.
 */
export function prefill(lastTold: string, clock: string): CommunicationForm {
  return { how: 'not-yet', to: lastTold || 'Referring physician', time: clock, readBack: false, note: '' };
}

export function wasTold(how: Communication['how']): boolean {
  return how === 'phone' || how === 'in-person' || how === 'secure-message';
}

export type FormProblem = { readonly field: 'to' | 'time'; readonly text: string };

/** The deed as it is stored, or what is missing. `now` in ms since epoch. */
export function communicationOf(form: CommunicationForm, now: number): Communication | FormProblem {
  const note = form.note.trim();
  if (!wasTold(form.how)) return { to: '', how: form.how, at: now, readBack: false, note };
  const to = form.to.trim();
  if (to === '') return { field: 'to', text: 'Type who was told: a name or a role.' };
  const at = momentOf(form.time, now);
  if (at === null) return { field: 'time', text: 'Type the time as 14:02.' };
  return { to, how: form.how, at, readBack: form.readBack, note };
}

/** The latest moment not after `now` (a minute's grace) with that clock time: 23:58 typed at 00:03 was yesterday. */
function momentOf(time: string, now: number): number | null {
  const match = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(time.trim());
  if (!match) return null;
  const moment = new Date(now);
  moment.setHours(Number(match[1]), Number(match[2]), 0, 0);
  if (moment.getTime() > now + 60_000) moment.setDate(moment.getDate() - 1);
  return moment.getTime();
}
