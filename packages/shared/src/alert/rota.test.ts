import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MINUTE_MS } from '../clock.ts';
import { NO_ROTA, onCall, rotaSchema, uncoveredMinutes } from './rota.ts';
import type { Named, Rota, RotaShift } from './rota.ts';

const ann: Named = { id: 'ann', name: 'Ann' };
const ben: Named = { id: 'ben', name: 'Ben' };
const eve: Named = { id: 'eve', name: 'Eve' };
const DAYS = [1, 2, 3, 4, 5, 6, 7];
const shift = (from: number, to: number, person: Named, days = DAYS): RotaShift => ({ days, from: from * 60, to: (to * 60) % 1440, people: [person] });
const weekly = (...shifts: RotaShift[]): Rota => ({ ...NO_ROTA, primary: { kind: 'weekly', shifts } });
const who = (rota: Rota, at: number, zone = 'Europe/Stockholm') => onCall(rota, 'primary', at, zone)?.map(({ id }) => id) ?? null;

test('[AL13] nobody named, named people, and a week of shifts by the hospital’s clock', () => {
  const noon = Date.UTC(2026, 10, 24, 11);
  expect(who(NO_ROTA, noon)).toBeNull();
  expect(who({ ...NO_ROTA, primary: { kind: 'people', people: [ann, ben] } }, noon)).toEqual(['ann', 'ben']);
  const rota = weekly(shift(7, 15, ann, [1, 2, 3, 4, 5]), shift(15, 23, ben), shift(23, 7, eve));
  // 24 November 2026 is a Tuesday; 28 a Saturday.
  expect([Date.UTC(2026, 10, 24, 6), Date.UTC(2026, 10, 24, 5, 59), Date.UTC(2026, 10, 24, 22), Date.UTC(2026, 10, 28, 9)].map((at) => who(rota, at))).toEqual([['ann'], ['eve'], ['eve'], null]);
  expect(who(weekly(shift(8, 20, ann), shift(8, 12, ann), shift(8, 12, ben)), noon - 3_600_000)).toEqual(['ann', 'ben']);
  expect(onCall(NO_ROTA, 'backup', noon, 'UTC')).toBeNull();
});

test('[AL13] a night shift belongs to the day it begins on, over Sunday too', () => {
  const rota = weekly(shift(22, 6, ann, [7]));
  expect(who(rota, Date.UTC(2026, 10, 22, 23), 'UTC')).toEqual(['ann']);
  expect(who(rota, Date.UTC(2026, 10, 23, 5, 59), 'UTC')).toEqual(['ann']);
  expect(who(rota, Date.UTC(2026, 10, 23, 6), 'UTC')).toBeNull();
  expect(who(rota, Date.UTC(2026, 10, 23, 23), 'UTC')).toBeNull();
});

test('[AL13] the hour that comes twice is watched twice, and the hour left out leaves no hole', () => {
  const rota = weekly(shift(0, 2, ann), shift(2, 3, ben), shift(3, 0, eve));
  const hour = (utc: number) => who(rota, utc);
  // 25 October 2026: 02:30 at 00:30 and at 01:30 UTC. 29 March 2026: 02:00 to 03:00 does not exist.
  expect([0, 1, 2].map((h) => hour(Date.UTC(2026, 9, 25, h, 30)))).toEqual([['ben'], ['ben'], ['eve']]);
  expect([0, 1].map((h) => hour(Date.UTC(2026, 2, 29, h, 30)))).toEqual([['ann'], ['eve']]);
});

const ZONES = ['UTC', 'Europe/Stockholm', 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Chatham', 'America/New_York'] as const;
const arbMoment = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2028, 0, 1) });

test('[AL13] shifts that share the day between them name exactly one person at every moment, in every zone, on every day of the year', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 1439 }), { minLength: 2, maxLength: 6 }), arbMoment, fc.constantFrom(...ZONES), (cuts, at, zone) => {
      const sorted = cuts.toSorted((a, b) => a - b);
      const shifts = sorted.map((from, index) => ({ days: DAYS, from, to: sorted[(index + 1) % sorted.length]!, people: [{ id: String(index), name: '' }] }));
      const named = who(weekly(...shifts), at, zone);
      // Another way to the same: the zone's wall clock as text.
      const [hours = '0', minutes = '0'] = new Date(at).toLocaleTimeString('sv-SE', { timeZone: zone }).split(':');
      const minute = Number(hours) * 60 + Number(minutes);
      const last = sorted.findLastIndex((from) => from <= minute);
      expect(named).toEqual([String(last === -1 ? sorted.length - 1 : last)]);
      expect(uncoveredMinutes({ kind: 'weekly', shifts })).toBe(0);
    }),
  );
});

test('[AL13] who is on call depends on the minute alone, and only people of the rota are named', () => {
  const arbShift: fc.Arbitrary<RotaShift> = fc.record({ days: fc.uniqueArray(fc.constantFrom(...DAYS), { minLength: 1 }), from: fc.nat(1439), to: fc.nat(1439), people: fc.constantFrom([ann], [ben], [ann, eve]) });
  fc.assert(
    fc.property(fc.array(arbShift, { minLength: 1, maxLength: 5 }), arbMoment, (shifts, at) => {
      const rota = rotaSchema.parse(weekly(...shifts));
      const minute = at - (at % MINUTE_MS);
      const named = who(rota, minute);
      expect(who(rota, minute + 59_999)).toEqual(named);
      expect((named ?? []).every((id) => shifts.some(({ people }) => people.some((person) => person.id === id)))).toBe(true);
      expect(new Set(named).size).toBe(named?.length ?? 0);
    }),
  );
});

test('the minutes of a week in which nobody is named are counted', () => {
  expect(uncoveredMinutes({ kind: 'role' })).toBe(0);
  expect(uncoveredMinutes({ kind: 'weekly', shifts: [shift(7, 15, ann, [1, 2, 3, 4, 5])] })).toBe(7 * 1440 - 5 * 480);
});
