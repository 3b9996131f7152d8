import { readdir, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { BenchResult, Benchmark } from './harness.ts';
import { table } from './table.ts';

/** `npm run bench [-- NAME ...] [--json FILE]`. Every `bench/<name>.bench.ts` exports one `benchmark`. */
async function benchFiles(): Promise<Map<string, string>> {
  const files = (await readdir(import.meta.dirname)).filter((file) => file.endsWith('.bench.ts')).sort();
  return new Map(files.map((file) => [basename(file, '.bench.ts'), file]));
}

async function runOne(file: string): Promise<BenchResult[]> {
  const { benchmark } = (await import(`./${file}`)) as { benchmark: Benchmark };
  const cleanups: (() => Promise<void> | void)[] = [];
  const log = (line: string): void => console.error(`  ${line}`);
  console.error(`${benchmark.name}: ${benchmark.what}`);
  try {
    return await benchmark.run({ log, defer: (cleanup) => cleanups.push(cleanup) });
  } finally {
    for (const cleanup of cleanups.reverse()) await cleanup();
  }
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } });
  const known = await benchFiles();
  const unknown = positionals.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    console.error(`No benchmark is called ${unknown.join(', ')}. Known: ${[...known.keys()].join(', ')}.`);
    return 2;
  }
  const results: BenchResult[] = [];
  for (const [name, file] of known) {
    if (positionals.length === 0 || positionals.includes(name)) results.push(...(await runOne(file)));
  }
  console.log(table(results));
  if (values.json) await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`);
  return results.some((result) => result.ok === false) ? 1 : 0;
}

process.exitCode = await main();
