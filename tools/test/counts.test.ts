import { expect, test } from 'vitest';
import { isGood, playwrightCounts, sum, vitestCounts } from './counts.ts';

const vitest = { numPassedTests: 7, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, numFailedTestSuites: 0, testResults: [] };

test('reads a vitest report', () => {
  expect(vitestCounts(vitest, 0)).toEqual({ passed: 7, failed: 0, skipped: 0 });
  expect(vitestCounts({ ...vitest, numFailedTests: 2, numPendingTests: 1, numTodoTests: 1 }, 1)).toEqual({ passed: 7, failed: 2, skipped: 2 });
});

test('a test file that does not load, and coverage below its bar, are failures', () => {
  const unloaded = { ...vitest, testResults: [{ name: 'x.test.ts', status: 'failed', assertionResults: [] }] };
  expect(vitestCounts(unloaded, 1).failed).toBe(1);
  expect(vitestCounts(vitest, 1).failed).toBe(1);
});

test('reads a Playwright report, and a flaky test is a failed one', () => {
  const stats = { expected: 3, unexpected: 0, flaky: 1, skipped: 0 };
  expect(playwrightCounts({ errors: [], stats }, 0)).toEqual({ passed: 3, failed: 1, skipped: 0 });
  expect(playwrightCounts({ errors: ['no web server'], stats: { ...stats, flaky: 0 } }, 1).failed).toBe(1);
});

test('only a run in which everything ran and passed is good', () => {
  expect(sum([{ passed: 1, failed: 0, skipped: 0 }, { passed: 2, failed: 1, skipped: 3 }])).toEqual({ passed: 3, failed: 1, skipped: 3 });
  expect(isGood({ passed: 3, failed: 0, skipped: 0 })).toBe(true);
  expect(isGood({ passed: 3, failed: 0, skipped: 1 })).toBe(false);
  expect(isGood({ passed: 0, failed: 0, skipped: 0 })).toBe(false);
});
