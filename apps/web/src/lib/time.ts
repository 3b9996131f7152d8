import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@readroom/shared/clock';

const DAY_MS = 24 * HOUR_MS;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** A span as a list shows it: `45 s`, `4 min`, `3 h 05`, `2 d`. Negative spans are taken as their length. */
export function spanText(ms: number): string {
  const span = Math.abs(ms);
  if (span < MINUTE_MS) return `${Math.floor(span / SECOND_MS)} s`;
  if (span < HOUR_MS) return `${Math.floor(span / MINUTE_MS)} min`;
  if (span < DAY_MS) {
    const minutes = Math.floor((span % HOUR_MS) / MINUTE_MS);
    return `${Math.floor(span / HOUR_MS)} h ${String(minutes).padStart(2, '0')}`;
  }
  return `${Math.floor(span / DAY_MS)} d`;
}

/** How long ago, without seconds, which matter to nobody in a list: `now`, `4 min`, `3 h 05`. */
export function agoText(at: number, now: number): string {
  const span = now - at;
  return span < MINUTE_MS ? 'now' : spanText(span);
}

export interface DueText {
  readonly text: string;
  readonly state: 'late' | 'soon' | 'calm';
}

const SOON_MS = 15 * MINUTE_MS;

/** The countdown of a row. A minus says the time has passed. */
export function dueText(dueAt: number, now: number): DueText {
  const left = dueAt - now;
  if (left < 0) return { text: `−${spanText(left)}`, state: 'late' };
  return { text: spanText(left), state: left < SOON_MS ? 'soon' : 'calm' };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** `24 Nov 2026 14:02:11` on the reader's clock. The month is a word: 04/05 is two dates. */
export function absoluteText(at: number): string {
  const date = new Date(at);
  return `${date.getDate()} ${MONTHS[date.getMonth()] ?? ''} ${date.getFullYear()} ${clockText(at)}:${two(date.getSeconds())}`;
}

/** `14:02` on the reader's clock. */
export function clockText(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** `2026-11-24T14:02` on the reader's clock: what a date and time field holds. */
export function inputMoment(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${clockText(at)}`;
}

/** `2026-11-24` on the reader's calendar: what a date field holds. */
export function inputDay(at: number): string {
  return inputMoment(at).slice(0, 10);
}

/** Midnight that begins the day of a date field, `days` later; null for no date. By the calendar, so that a day of 23 or 25 hours is a day. */
export function startOfDay(day: string, days = 0): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  return match ? new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + days).getTime() : null;
}

/** The moment of a date and time field, ms since epoch; null when it is empty or no date. */
export function momentOf(text: string): number | null {
  const at = new Date(text).getTime();
  return Number.isNaN(at) ? null : at;
}

/** `YYYY-MM-DD` (or the start of an ISO local date-time) as `3 Apr 1956`; anything else as it came. */
export function dateText(iso: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso);
  if (!match) return iso;
  const [, year, month, day] = match;
  return `${Number(day)} ${MONTHS[Number(month) - 1] ?? month} ${year}`;
}

/** Study date and time without zone (PS3.3 C.7.2.1): `3 Apr 2026 14:02`. */
export function localDateTimeText(iso: string): string {
  const time = /T(\d{2}:\d{2})/.exec(iso)?.[1];
  return time === undefined ? dateText(iso) : `${dateText(iso)} ${time}`;
}

/** Age as radiology writes it: days under a month, months under two years, then years. */
export function ageText(birthDate: string, at: number): string {
  const born = new Date(`${birthDate}T00:00:00`);
  if (Number.isNaN(born.getTime())) return '';
  const on = new Date(at);
  const months = (on.getFullYear() - born.getFullYear()) * 12 + on.getMonth() - born.getMonth() - (on.getDate() < born.getDate() ? 1 : 0);
  if (months < 0) return '';
  if (months < 1) return `${Math.floor((at - born.getTime()) / DAY_MS)} d`;
  return months < 24 ? `${months} mo` : `${Math.floor(months / 12)} y`;
}

/** A moment (ms since epoch) as `<input type="datetime-local">` holds it, on the reader's clock; null is empty. */
export function localInputText(at: number | null): string {
  if (at === null) return '';
  const date = new Date(at);
  const year = String(date.getFullYear()).padStart(4, '0');
  return `${year}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** What a person typed there, as ms since epoch; null while it is no moment after 1970. */
export function momentOfInput(text: string): number | null {
  const at = new Date(text).getTime();
  return Number.isNaN(at) || at < 0 ? null : at;
}
