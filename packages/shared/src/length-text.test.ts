import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from './clock.ts';
import { lengthText } from './length-text.ts';

test('hours and minutes, and nothing at all is 0 min', () => {
  expect([0, 90_000, 2 * MINUTE_MS, HOUR_MS, 90 * MINUTE_MS, 48 * HOUR_MS].map(lengthText)).toEqual(['0 min', '1.5 min', '2 min', '1 h', '1 h 30 min', '48 h']);
});
