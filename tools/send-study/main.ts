import { parseArgs } from 'node:util';
import { sendFolder } from './send-folder.ts';

const USAGE = `Sends every DICOM object under a folder by C-STORE.

  npm run send-study -- FOLDER [--host 127.0.0.1] [--port 11112] [--aet READROOM] [--from SEND_STUDY]`;

const MOST_LINES = 20;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values, positionals } = readArguments();
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1) {
    console.error(USAGE);
    return 2;
  }
  const target = { host: values.host, port: Number(values.port), calledAeTitle: values.aet, callingAeTitle: values.from };
  const showsProgress = process.stdout.isTTY;
  try {
    const outcome = await sendFolder({ folder, ...target, onProgress: (done, of) => showsProgress && process.stdout.write(`\r${String(done)} of ${String(of)} `) });
    if (showsProgress) process.stdout.write('\r');
    console.log(`${String(outcome.sent.length)} sent to ${target.calledAeTitle} at ${target.host}:${String(target.port)}, ${String(outcome.failed.length)} failed, ${String(outcome.skipped.length)} files are no DICOM objects`);
    list('failed', outcome.failed);
    list('not sent', outcome.skipped);
    if (outcome.sent.length + outcome.failed.length === 0) console.error(`There is no DICOM object in ${folder}.`);
    return outcome.failed.length === 0 && outcome.sent.length > 0 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error && 'code' in error && error.code === 'ENOENT' ? `There is no folder ${folder}.` : error instanceof Error ? error.message : String(error));
    return 1;
  }
}

function readArguments(): { values: { host: string; port: string; aet: string; from: string }; positionals: string[] } {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string', default: process.env['READROOM_DICOM_PORT'] ?? '11112' },
        aet: { type: 'string', default: 'READROOM' },
        from: { type: 'string', default: 'SEND_STUDY' },
      },
    });
  } catch {
    return { values: { host: '', port: '', aet: '', from: '' }, positionals: [] };
  }
}

function list(title: string, files: readonly { readonly path: string; readonly reason: string }[]): void {
  for (const { path, reason } of files.slice(0, MOST_LINES)) console.log(`  ${title}: ${path}: ${reason}`);
  if (files.length > MOST_LINES) console.log(`  ... and ${String(files.length - MOST_LINES)} more`);
}
