import { expect, test } from 'vitest';
import { snapshotState, studyMachine } from './study-state.ts';
import type { StudyEvent, StudyState } from './study-state.ts';

/** By hand, as `state event next`; every pair that is not here is refused. */
const TABLE = `
receiving instance-stored receiving
receiving assembled assembled
assembled instance-stored receiving
assembled assembled assembled
assembled analysis-asked assembled
assembled analysis-started analysing
analysing instance-stored receiving
analysing analysis-asked assembled
analysing analysis-ended analysed
analysed instance-stored receiving
analysed assembled analysed
analysed analysis-asked assembled
`.trim().split('\n').map((line) => line.split(' '));

const STATES: StudyState[] = ['receiving', 'assembled', 'analysing', 'analysed'];
const EVENTS: StudyEvent[] = ['instance-stored', 'assembled', 'analysis-asked', 'analysis-started', 'analysis-ended'];

test.each(STATES.flatMap((state) => EVENTS.map((event) => [state, event] as const)))('%s on %s', (state, event) => {
  const expected = TABLE.find(([from, on]) => from === state && on === event)?.[2] ?? null;
  expect(studyMachine.next(state, event)).toBe(expected);
});

test('a late image takes every state back to receiving: a study is never finished for good', () => {
  for (const state of STATES) expect(studyMachine.next(state, 'instance-stored')).toBe('receiving');
});

test('a snapshot is complete in every state but receiving', () => {
  expect(STATES.map(snapshotState)).toEqual(['receiving', 'complete', 'complete', 'complete']);
});
