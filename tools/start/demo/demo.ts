import { access, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeDemoStudies } from '../../phantom/make-studies.ts';
import { sendFolder } from '../../send-study/send-folder.ts';
import { StartFailure } from '../failure.ts';
import { edgeIsIdle, gatewayUrl } from '../processes.ts';
import type { Settings } from '../settings.ts';
import { demoSession, isSettled } from './list.ts';

export interface DemoContext {
  readonly settings: Settings;
  readonly signal: AbortSignal;
  say(line: string): void;
}

const SEED = 'readroom';
const ANALYSED_TIMEOUT_MS = 180_000;
const ASK_EVERY_MS = 500;

/**
 * First start of the demo hospital: makes a dozen synthetic studies, sends them as a modality would, and waits (bounded)
 * until the list shows every one of them analysed. Later starts find the mark and do nothing.
 */
export async function fillDemo(context: DemoContext): Promise<void> {
  const mark = join(context.settings.home, 'demo-sent');
  const done = await access(mark).then(() => true, () => false);
  if (done) return;
  const folder = join(context.settings.home, 'demo-studies');
  context.say('Making the demo studies ...');
  const studies = await makeDemoStudies(folder, { seed: SEED, now: new Date() });
  context.say(`Sending ${String(studies.length)} studies to READROOM on port ${String(context.settings.dicomPort)} ...`);
  await send(context, folder);
  await writeFile(mark, `${new Date().toISOString()}\n`);
  await rm(folder, { recursive: true, force: true });
  await untilAnalysed(context, studies.map((study) => study.studyUid));
}

async function send(context: DemoContext, folder: string): Promise<void> {
  const outcome = await sendFolder({ folder, host: '127.0.0.1', port: context.settings.dicomPort, calledAeTitle: 'READROOM', callingAeTitle: 'PHANTOM' });
  if (outcome.failed.length > 0) throw new StartFailure(`The edge node did not take ${String(outcome.failed.length)} of the demo images. See the logs in ${join(context.settings.home, 'logs')}.`);
}

async function untilAnalysed(context: DemoContext, studyUids: readonly string[]): Promise<void> {
  const deadline = Date.now() + ANALYSED_TIMEOUT_MS;
  const list = await demoSession(gatewayUrl(context.settings));
  let shown = -1;
  while (!context.signal.aborted) {
    const items = await list();
    const settled = studyUids.filter((uid) => items.some((item) => item.studyUid === uid && isSettled(item))).length;
    if (settled !== shown) context.say(`  ${String(settled)} of ${String(studyUids.length)} studies analysed and on the list`);
    shown = settled;
    // A study without an analysis may be one no model is for, or one whose turn has not come: the edge node knows.
    if (settled === studyUids.length && (await edgeIsIdle(context.settings))) return;
    if (Date.now() > deadline) {
      context.say(`  The rest is still being analysed after ${String(ANALYSED_TIMEOUT_MS / 1000)} s; it will appear by itself.`);
      return;
    }
    await delay(ASK_EVERY_MS);
  }
}
