import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chainOf, chainStepSchema } from './chain.ts';
import type { ChainEvent, ChainFacts, ChainStep } from './chain.ts';

const T = 1_764_000_000_000;
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const event = (step: string, seconds: number, by: string | null = null, key = step): ChainEvent => ({ step, key, at: T + seconds * 1_000, by });
const facts = (change: Partial<ChainFacts> = {}): ChainFacts => ({
  state: 'closed', severity: 'critical', storedAt: T - 9_000, analysedAt: T - 2_000, raisedAt: T,
  events: [event('raised', 0), event('escalated', 0, null, 'primary'), event('emitted', 1), event('painted', 3, 'B'), event('delivered', 2, 'A'), event('painted', 4, 'A'), event('sounded', 6, 'A'), event('escalated', 120, null, 'backup')],
  acknowledged: { at: T + 130_000, by: 'A' },
  communications: [{ id: uuid(1), corrects: null, by: { id: 'a', name: 'A' }, recordedAt: T + 300_000, said: { outcome: 'told', name: 'W', role: 'nurse', means: 'telephone', at: T + 240_000, words: 'Bleed', readBack: true, reason: '' } }],
  ...change,
});
const linkOf = (step: ChainStep, given: ChainFacts) => chainOf(given).find((link) => link.step === step)!;

test('[AL10] every link stands in its order with its first record, who made it, and the time between', () => {
  expect(chainOf(facts()).map(({ step, at, by, count, sincePreviousMs }) => [step, at === null ? null : at - T, by, count, sincePreviousMs])).toEqual([
    ['stored', -9_000, null, 1, null],
    ['analysed', -2_000, null, 1, 7_000],
    ['raised', 0, null, 1, 2_000],
    ['emitted', 1_000, null, 1, 1_000],
    ['delivered', 2_000, 'A', 1, 1_000],
    ['painted', 3_000, 'B', 2, 1_000],
    ['sounded', 6_000, 'A', 1, 3_000],
    ['escalated', 120_000, null, 1, 114_000],
    ['acknowledged', 130_000, 'A', 1, 10_000],
    ['communicated', 240_000, 'A', 1, 110_000],
  ]);
});

test('[AL10] what has no record is missing once the alert was taken, may still come before, and is not due where it was not needed', () => {
  const bare = { events: [], storedAt: null, analysedAt: null, communications: [] };
  const states = (change: Partial<ChainFacts>) => Object.fromEntries(chainOf(facts({ ...bare, ...change })).map(({ step, state }) => [step, state]));
  expect(states({})).toEqual({ stored: 'missing', analysed: 'missing', raised: 'recorded', emitted: 'missing', delivered: 'missing', painted: 'missing', sounded: 'missing', escalated: 'not-due', acknowledged: 'recorded', communicated: 'not-due' });
  expect(states({ state: 'acknowledged' })).toMatchObject({ sounded: 'missing', communicated: 'waiting' });
  expect(states({ state: 'open', acknowledged: null })).toMatchObject({ emitted: 'waiting', sounded: 'waiting', escalated: 'waiting', acknowledged: 'waiting', communicated: 'waiting' });
});

test('[AL10] a record that was corrected, and the call that came with the raising, are no links', () => {
  const [told] = facts().communications;
  const corrected = facts({ communications: [told!, { ...told!, id: uuid(2), corrects: uuid(1), said: { outcome: 'not-needed', reason: 'Wrong patient' } }] });
  expect(linkOf('communicated', corrected)).toMatchObject({ state: 'not-due', at: null });
  expect(linkOf('escalated', facts({ events: [event('escalated', 0, null, 'primary')] })).state).toBe('not-due');
});

test('[AL10] no time is derived: each one stands in the facts, and an interval is the difference of two of them', () => {
  const arbEvent = fc.record({ step: fc.constantFrom('emitted', 'delivered', 'painted', 'sounded', 'escalated'), key: fc.constantFrom('primary', 'backup', 'end'), at: fc.integer({ min: T - 1_000, max: T + 1_000 }), by: fc.constant(null) });
  fc.assert(
    fc.property(fc.array(arbEvent, { maxLength: 12 }), fc.option(fc.integer({ min: T - 1_000, max: T }), { nil: null }), (events, storedAt) => {
      const given = facts({ events, storedAt });
      const known = new Set([T, storedAt, given.analysedAt, given.acknowledged!.at, T + 240_000, ...events.map(({ at }) => at)]);
      const chain = chainOf(given);
      expect(chain.map(({ step }) => step)).toEqual(chainStepSchema.options);
      const recorded = chain.filter(({ state }) => state === 'recorded');
      for (const { at } of recorded) expect(known).toContain(at);
      for (const [index, link] of recorded.entries()) expect(link.sincePreviousMs).toBe(index === 0 ? null : link.at! - recorded[index - 1]!.at!);
      for (const link of chain.filter(({ state }) => state !== 'recorded')) expect(link).toMatchObject({ at: null, sinceRaisedMs: null, sincePreviousMs: null });
    }),
  );
});
