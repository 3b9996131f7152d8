import { readdir, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { Benchmark } from './harness.ts';
import { exitCodeOf, runAll } from './run.ts';
import type { Load } from './run.ts';
import { table } from './table.ts';

/** `npm run bench [-- NAME ...] [--json FILE]`. Every `bench/<name>.bench.ts` exports one `benchmark`. */
async function benchFiles(): Promise<Map<string, Load>> {
  const files = (await readdir(import.meta.dirname)).filter((file) => file.endsWith('.bench.ts')).sort();
  return new Map(files.map((file) => [basename(file, '.bench.ts'), async () => ((await import(`./${file}`)) as { benchmark: Benchmark }).benchmark]));
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } });
  const known = await benchFiles();
  const unknown = positionals.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    console.error(`No benchmark is called ${unknown.join(', ')}. Known: ${[...known.keys()].join(', ')}.`);
    return 2;
  }
  const asked = new Map([...known].filter(([name]) => positionals.length === 0 || positionals.includes(name)));
  const outcome = await runAll(asked, (line) => console.error(line));
  console.log(table(outcome.results));
  for (const failure of outcome.failures) console.log(failure);
  if (values.json) await writeFile(values.json, `${JSON.stringify(outcome.results, null, 2)}\n`);
  return exitCodeOf(outcome);
}

process.exitCode = await main();
