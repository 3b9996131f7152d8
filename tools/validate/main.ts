import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ValidationFailure } from './failure.ts';
import { reportPage } from './html/page.ts';
import { readOptions, USAGE } from './options.ts';
import { summary } from './text.ts';
import { validate } from './validation.ts';

const MODELS = fileURLToPath(new URL('../../models/', import.meta.url));

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if ('problem' in options) {
    console.error(`${options.problem}\n\n${USAGE}`);
    return 2;
  }
  const showsProgress = process.stdout.isTTY;
  try {
    const outcome = await validate(options, MODELS, (done, of) => showsProgress && process.stdout.write(`\r${done} of ${of} `));
    if (showsProgress) process.stdout.write('\r');
    for (const line of summary(outcome.validation)) console.log(line);
    if (options.json !== undefined) await write(options.json, `${JSON.stringify(outcome.validation, null, 1)}\n`);
    if (options.html !== undefined) await write(options.html, reportPage(outcome, new Date()));
    return 0;
  } catch (error) {
    if (!(error instanceof ValidationFailure)) throw error;
    console.error(error.message);
    return 1;
  }
}

async function write(path: string, text: string): Promise<void> {
  // The page holds patients' images: for its owner's eyes.
  await writeFile(path, text, { mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    throw new ValidationFailure(`${path} cannot be written (${error.code ?? 'error'}).`);
  });
  console.log(`written: ${path}`);
}
