import { MINUTE_MS } from './clock.ts';

/** A length of time as people say it: `2 min`, `1 h 30 min`. */
export function lengthText(lengthMs: number): string {
  const minutes = lengthMs / MINUTE_MS;
  const hours = Math.floor(minutes / 60);
  const rest = Math.round((minutes % 60) * 10) / 10;
  return [hours > 0 ? `${hours} h` : '', rest > 0 || hours === 0 ? `${rest} min` : ''].filter((part) => part !== '').join(' ');
}
