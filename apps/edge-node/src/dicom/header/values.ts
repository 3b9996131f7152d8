/** Values as senders write them, made sense of where there is one sense, and `null` where there is none. */

/** DA (PS3.5 table 6.2-1), and the dotted form of ACR-NEMA, as `YYYY-MM-DD`; `null` for what is not a day of the calendar. */
export function parseDate(text: string): string | null {
  const match = /^\s*(\d{4})[.-]?(\d{2})[.-]?(\d{2})/.exec(text);
  if (!match) return null;
  const [, year = '', month = '', day = ''] = match;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const isDay = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day) && Number(year) > 0;
  return isDay ? `${year}-${month}-${day}` : null;
}

/** TM, whole or cut short after hours or minutes, with or without colons, as `HH:mm:ss`. */
export function parseTime(text: string): string | null {
  const match = /^\s*(\d{2}):?(\d{2})?:?(\d{2})?/.exec(text);
  if (!match) return null;
  const [, hours = '', minutes = '00', seconds = '00'] = match;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 60) return null;
  // 60 is a leap second (PS3.5); local times elsewhere have none.
  return `${hours}:${minutes}:${seconds === '60' ? '59' : seconds}`;
}

/** IS: a whole number of 32 bits. Decimals that say the same (`12.0`) pass. */
export function parseInteger(text: string): number | null {
  const number = parseDecimal(text);
  return number !== null && Number.isInteger(number) && Math.abs(number) <= 0x7fffffff ? number : null;
}

/** DS. */
export function parseDecimal(text: string): number | null {
  const trimmed = text.trim();
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(trimmed)) return null;
  const number = Number(trimmed);
  return Number.isFinite(number) ? number : null;
}
