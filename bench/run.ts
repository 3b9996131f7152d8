import { INVALID } from './harness.ts';
import type { BenchResult, Benchmark } from './harness.ts';

export interface Outcome {
  readonly results: readonly BenchResult[];
  /** A sentence for each benchmark that did not come to its end; the others' results stand. */
  readonly failures: readonly string[];
}

export type Load = () => Promise<Benchmark>;

/** Runs them one after the other; what a benchmark deferred runs whether it ended well or not. */
export async function runAll(loads: ReadonlyMap<string, Load>, log: (line: string) => void): Promise<Outcome> {
  const results: BenchResult[] = [];
  const failures: string[] = [];
  for (const [name, load] of loads) {
    try {
      results.push(...(await runOne(await load(), log)));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      log(`${name} failed: ${why}`);
      failures.push(`${name} failed: ${why}`);
    }
  }
  return { results, failures };
}

async function runOne(benchmark: Benchmark, log: (line: string) => void): Promise<BenchResult[]> {
  const cleanups: (() => Promise<void> | void)[] = [];
  log(`${benchmark.name}: ${benchmark.what}`);
  try {
    return await benchmark.run({ log: (line) => log(`  ${line}`), defer: (cleanup) => cleanups.push(cleanup) });
  } finally {
    for (const cleanup of cleanups.reverse()) await cleanup();
  }
}

/** 0: every bar was met. 1: one was missed, or a benchmark failed. 3: none was missed, but a run says nothing and must be repeated on a quiet machine. */
export function exitCodeOf({ results, failures }: Outcome): 0 | 1 | 3 {
  if (failures.length > 0 || results.some(({ ok }) => ok === false)) return 1;
  return results.some(({ note }) => note.startsWith(INVALID)) ? 3 : 0;
}
