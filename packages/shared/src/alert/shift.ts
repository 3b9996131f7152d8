/** Day 07:00-15:00, evening 15:00-23:00, night 23:00-07:00, on the hospital's own clock. */
export type Shift = 'day' | 'evening' | 'night';

export const SHIFT_TEXT: { readonly [S in Shift]: string } = { day: 'Day (07-15)', evening: 'Evening (15-23)', night: 'Night (23-07)' };

const DAY_BEGINS = 7;
const EVENING_BEGINS = 15;
const NIGHT_BEGINS = 23;

/** Whether this program knows the zone by its IANA name (`Europe/Stockholm`). */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/**
 * Tells shifts by the clock of one zone. The hour comes from the zone's rules for that very moment, so the hour that occurs
 * twice in autumn is night both times and the one skipped in spring is nobody's. Throws RangeError for a zone it does not know.
 */
export function shiftTeller(timeZone: string): (at: number) => Shift {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' });
  return (at) => {
    const hour = Number(clock.format(at));
    if (hour >= NIGHT_BEGINS || hour < DAY_BEGINS) return 'night';
    return hour < EVENING_BEGINS ? 'day' : 'evening';
  };
}
