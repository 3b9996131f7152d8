import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../clock.ts';
import { edgeUpBodySchema } from '../wire/edge-up.ts';
import { canaryDue, canarySettingSchema, canaryStageSchema, firstMissing, LATE_REASON, pathState, reasonText } from './canary.ts';
import type { CanaryTimes } from './canary.ts';
import { canaryResult, isCanaryResult } from './canary-result.ts';

const TOKEN = 'ab'.repeat(32);
const every = 15 * MINUTE_MS;
const setting = { everyMs: every, changedAt: 0 };

test('[AL6] a run begins an interval after the one before, at once after an interrupted one, each minute while the path is broken, and never while it is off or under way', () => {
  const last = { state: 'passed' as const, begunAt: HOUR_MS };
  expect(canaryDue({ setting, last: null, isBroken: false }, every - 1)).toBe(false);
  expect(canaryDue({ setting, last: null, isBroken: false }, every)).toBe(true);
  expect(canaryDue({ setting, last, isBroken: false }, HOUR_MS + every - 1)).toBe(false);
  expect(canaryDue({ setting, last, isBroken: false }, HOUR_MS + every)).toBe(true);
  expect(canaryDue({ setting, last: { ...last, state: 'broken' }, isBroken: true }, HOUR_MS + MINUTE_MS)).toBe(true);
  expect(canaryDue({ setting, last: { ...last, state: 'interrupted' }, isBroken: false }, HOUR_MS)).toBe(true);
  for (const facts of [{ setting: { everyMs: null, changedAt: 0 }, last, isBroken: true }, { setting, last: { ...last, state: 'running' as const }, isBroken: true }]) expect(canaryDue(facts, 99 * HOUR_MS)).toBe(false);
});

test('[AL6] what is said of the path: proved for two intervals, broken before all else, off, or not proved', () => {
  const view = { everyMs: every, limitMs: MINUTE_MS, provedAt: HOUR_MS, outage: null };
  expect(pathState(view, HOUR_MS + 2 * every)).toBe('proved');
  expect(pathState(view, HOUR_MS + 2 * every + MINUTE_MS + 1)).toBe('unproved');
  expect(pathState({ ...view, provedAt: null }, 0)).toBe('unproved');
  expect(pathState({ ...view, everyMs: null }, HOUR_MS)).toBe('off');
  expect(pathState({ ...view, everyMs: null, outage: { since: 1, stage: 'heard', reason: 'not-heard' } }, HOUR_MS)).toBe('broken');
});

test('[AL6] a late run is broken at the first stage that is missing, with a sentence that says what to do', () => {
  const all = Object.fromEntries(canaryStageSchema.options.map((stage, index) => [stage, index])) as CanaryTimes;
  expect(firstMissing(all)).toBeNull();
  for (const stage of canaryStageSchema.options) {
    expect(firstMissing({ ...all, [stage]: null })).toBe(stage);
    expect(reasonText(LATE_REASON[stage])).toMatch(/: look|: report|: remove|: update|: add|escalation policy/);
  }
  expect(reasonText('disk-sync')).toBe('The edge node says: disk-sync. Look at its log.');
});

test('the interval and the limit have bounds; off is a choice', () => {
  const fine = { everyMs: every, limitMs: MINUTE_MS, contact: ' 4400 ' };
  expect(canarySettingSchema.parse(fine).contact).toBe('4400');
  expect(canarySettingSchema.safeParse({ ...fine, everyMs: null }).success).toBe(true);
  for (const bad of [{ everyMs: MINUTE_MS }, { everyMs: 25 * HOUR_MS }, { limitMs: 1_000 }, { limitMs: HOUR_MS }]) expect(canarySettingSchema.safeParse({ ...fine, ...bad }).success).toBe(false);
});

test('[AL6] a canary is its own words to the byte, at any time; one changed word anywhere is a real result', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 4e12 }), (at) => {
    const body = canaryResult(TOKEN, at);
    expect(edgeUpBodySchema.parse(body)).toEqual(body);
    expect(isCanaryResult(body, TOKEN)).toBe(true);
    expect(isCanaryResult(body, 'cd'.repeat(32))).toBe(false);
    expect(isCanaryResult({ type: 'study-received', study: body.study }, TOKEN)).toBe(false);
  }));
  const body = canaryResult(TOKEN, 1);
  const paths = leavesOf(body);
  expect(paths.length).toBeGreaterThan(40);
  fc.assert(fc.property(fc.constantFrom(...paths), fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)), (path, value) => {
    const changed = withLeaf(body, path, value);
    // Its one free value, the time, stands in three places that have to agree.
    if (JSON.stringify(changed) !== JSON.stringify(body)) expect(isCanaryResult(changed, TOKEN)).toBe(false);
  }), { numRuns: 500 });
});

type Body = ReturnType<typeof canaryResult>;

function leavesOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return [[...path]];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}

function withLeaf(body: Body, path: readonly string[], value: unknown): Body {
  const copy = structuredClone(body);
  const parent = path.slice(0, -1).reduce<Record<string, unknown>>((inner, key) => inner[key] as Record<string, unknown>, copy as unknown as Record<string, unknown>);
  parent[path.at(-1) ?? ''] = value;
  return copy;
}
