import { z } from 'zod';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const PASSED: Counts = { passed: 1, failed: 0, skipped: 0 };
export const FAILED: Counts = { passed: 0, failed: 1, skipped: 0 };

const vitestSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  numFailedTestSuites: z.number(),
  testResults: z.array(z.object({ name: z.string(), status: z.string(), assertionResults: z.array(z.unknown()) })),
});

/**
 * The counts of a vitest JSON report. A file that failed to load has no tests of its own: it counts as one failure.
 * So does a run whose tests pass and which ends badly all the same (coverage below its bar, a leaked error).
 */
export function vitestCounts(report: unknown, exitCode: number | null): Counts {
  const parsed = vitestSchema.parse(report);
  const unloaded = parsed.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  const failed = parsed.numFailedTests + unloaded;
  return { passed: parsed.numPassedTests, failed: failed === 0 && exitCode !== 0 ? 1 : failed, skipped: parsed.numPendingTests + parsed.numTodoTests };
}

const playwrightSchema = z.object({
  errors: z.array(z.unknown()),
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
});

/** The counts of a Playwright JSON report. A flaky test is a failed one. */
export function playwrightCounts(report: unknown, exitCode: number | null): Counts {
  const { stats, errors } = playwrightSchema.parse(report);
  const failed = stats.unexpected + stats.flaky + errors.length;
  return { passed: stats.expected, failed: failed === 0 && exitCode !== 0 ? 1 : failed, skipped: stats.skipped };
}

export function sum(all: readonly Counts[]): Counts {
  return all.reduce((a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }), { passed: 0, failed: 0, skipped: 0 });
}

/** A test that did not run proves nothing: skipped is not good. */
export function isGood(counts: Counts): boolean {
  return counts.failed === 0 && counts.skipped === 0 && counts.passed > 0;
}
