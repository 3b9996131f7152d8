import { join } from 'node:path';
import { DEMO_PASSWORD, DEMO_ROLES, demoEmail } from './demo/list.ts';
import { fillDemo } from './demo/demo.ts';
import { sentenceOf, withoutRoom } from './failure.ts';
import { readroom } from './readroom.ts';
import type { Readroom } from './readroom.ts';
import { readSettings } from './settings.ts';

/** `npm start [-- --no-demo]`, after `tools/start.mjs` installed the packages: the whole of Readroom until it is told to stop. */
const aborted = new AbortController();
const say = (line: string): void => console.log(line);
let whole: Readroom | null = null;
let ending: Promise<void> | null = null;

function end(code: number, sentence?: string): Promise<void> {
  ending ??= (async () => {
    const settings = whole?.settings;
    if (sentence) console.error(settings ? withoutRoom(sentence, settings.home, settings.databaseUrl) : sentence);
    aborted.abort();
    await whole?.stop();
    process.exit(code);
  })();
  return ending;
}

async function main(): Promise<void> {
  const settings = readSettings(join(import.meta.dirname, '..', '..'), process.env, process.argv.slice(2));
  const started = Date.now();
  whole = readroom({ settings, say, onGiveUp: (sentence) => void end(1, sentence) });
  await whole.start();
  if (settings.demo) await fillDemo({ settings, say, signal: aborted.signal });
  if (aborted.signal.aborted) return;
  say(`Started in ${String(Math.round((Date.now() - started) / 1000))} s. Stop with Ctrl-C.`);
  say(`Readroom ready  ${whole.url}`);
  if (settings.demo) say(`Demo accounts (password ${DEMO_PASSWORD}): ${DEMO_ROLES.map(demoEmail).join('  ')}`);
  const link = await whole.setupLink();
  if (link) say(`Make the first administrator, once: ${link}`);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (ending === null) say('Stopping ...');
    void end(0);
  });
}
// The launcher is gone: nobody can stop us any more but ourselves.
process.once('disconnect', () => void end(0));

await main().catch((error: unknown) => end(1, ending === null ? sentenceOf(error) : undefined));
