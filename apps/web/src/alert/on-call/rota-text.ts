import type { Named, Rota, RotaShift, Seat, SeatName } from '@readroom/shared/alert/rota';
import { onCall, uncoveredMinutes } from '@readroom/shared/alert/rota';

export const SEAT_TEXT: { readonly [S in SeatName]: { readonly title: string; readonly role: string } } = {
  primary: { title: 'Primary', role: 'every resident and attending' },
  backup: { title: 'Backup', role: 'every attending' },
};

export const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

export function namesText(people: readonly Named[]): string {
  return people.map(({ name }) => name).join(', ');
}

/** Who is called now: the named, or whom the seat falls back to. */
export function calledText(seat: SeatName, people: readonly Named[] | null): string {
  return people === null ? SEAT_TEXT[seat].role : namesText(people);
}

/** `07:30` */
export function clockOf(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** Minutes after midnight of a time field; null while it is none. */
export function minutesOf(text: string): number | null {
  const match = /^(\d{2}):(\d{2})/.exec(text);
  return match ? Number(match[1]) * 60 + Number(match[2]) : null;
}

export function shiftText({ days, from, to, people }: RotaShift): string {
  const names = days.toSorted((a, b) => a - b).map((day) => WEEKDAYS[day - 1] ?? '');
  return `${days.length === 7 ? 'every day' : names.join(' ')} ${clockOf(from)}–${clockOf(to)}: ${namesText(people)}`;
}

/** A seat in a few words, for the history. */
export function seatText(seat: SeatName, { kind, ...sitting }: Seat): string {
  if ('people' in sitting) return namesText(sitting.people);
  if ('shifts' in sitting) return sitting.shifts.map(shiftText).join('; ');
  return kind === 'role' ? SEAT_TEXT[seat].role : '';
}

/** AL13: what the rota would do, said before it is one: who would be called now, and how much of the week is nobody’s. */
export function effectOf(rota: Rota, seat: SeatName, now: number, timeZone: string): string {
  const open = uncoveredMinutes(rota[seat]);
  const hours = Math.round(open / 6) / 10;
  const hole = open === 0 ? '' : ` For ${hours} h of the week nobody is named: ${SEAT_TEXT[seat].role} is called then.`;
  return `${SEAT_TEXT[seat].title} now: ${calledText(seat, onCall(rota, seat, now, timeZone))}.${hole}`;
}
