import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { buildWeb, generateClients } from '../start/build.ts';
import { FAILED, PASSED, isGood, sum } from './counts.ts';
import type { Counts } from './counts.ts';
import { ensureDebianPackages } from './debian.ts';
import { RESULTS, endSteps } from './run-step.ts';
import { checks, journeysStep, typeChecks, vitestStep } from './steps.ts';
import type { Step } from './steps.ts';

const root = join(import.meta.dirname, '..', '..');
const started = Date.now();
const say = (line: string): void => console.log(line);

/** Real DICOM and labelled images lie beside the repository. A test that can't have them fails; here it is said once, first. */
async function needSamples(): Promise<void> {
  await access(join(root, '../shared/samples/SOURCES.tsv')).catch(() => {
    throw new Error('../shared/samples is not there: the tests read real DICOM from the folder shared beside this repository. Put it there and run npm test again.');
  });
}

async function runStep(step: Step): Promise<Counts> {
  const from = Date.now();
  const counts = await step.run().catch((error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    return FAILED;
  });
  const seconds = Math.round((Date.now() - from) / 1000);
  say(`${isGood(counts) ? 'ok    ' : 'FAILED'} ${step.name} (${String(seconds)} s): ${line(counts)}`);
  return counts;
}

/** Two at a time, in the order given. */
async function inTwoLanes(steps: readonly Step[]): Promise<Counts> {
  const waiting = [...steps];
  const all: Counts[] = [];
  const lane = async (): Promise<void> => {
    for (let step = waiting.shift(); step; step = waiting.shift()) all.push(await runStep(step));
  };
  await Promise.all([lane(), lane()]);
  return sum(all);
}

function line(counts: Counts): string {
  return `${String(counts.passed)} passed, ${String(counts.failed)} failed, ${String(counts.skipped)} skipped`;
}

async function runAll(): Promise<Counts> {
  await needSamples();
  ensureDebianPackages(say);
  await generateClients({ root, say });
  const pages: Step = { name: 'pages', run: () => buildWeb({ root, say }).then(() => PASSED) };
  const results = join(root, RESULTS);
  // The build and the checks share the cores, the longest first; the tests that start servers do not have to share them with a compiler.
  const first = await inTwoLanes([pages, ...checks(root), ...typeChecks(root)]);
  return sum([first, await runStep(vitestStep(root, results)), await runStep(journeysStep(root, results))]);
}

async function main(): Promise<void> {
  const counts = await runAll().catch((error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    return FAILED;
  });
  say(`Took ${String(Math.round((Date.now() - started) / 1000))} s; logs in ${RESULTS}/`);
  say(line(counts));
  process.exit(isGood(counts) ? 0 : 1);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    endSteps();
    process.exit(130);
  });
}
process.once('disconnect', () => {
  endSteps();
  process.exit(130);
});

await main();
