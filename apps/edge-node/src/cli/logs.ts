import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { AppError } from '@readroom/shared/error';
import { safeLine } from './log-line.ts';
import { wrongCall } from './command.ts';
import type { Command } from './command.ts';

const USAGE = 'logs [-f] [-n N] FILE';
const DEFAULT_LINES = 100;
const MAX_LINES = 100_000;

interface Request {
  readonly follow: boolean;
  readonly lines: number;
  readonly file: string;
}

/** The last lines of the node's log, cut down to what may be mailed: events, codes and AE titles. */
export const logs: Command = {
  usage: USAGE,
  summary: 'the last lines of the log file, without patient data',
  async run(args, { say }) {
    const request = parse(args);
    const child = spawn('tail', ['-n', String(request.lines), ...(request.follow ? ['-F'] : []), '--', request.file], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', (cause) => reject(new AppError('logs', { class: 'permanent', message: 'The log cannot be read: this machine has no tail (Debian: coreutils).', cause })));
      child.once('close', resolve);
    });
    let left = 0;
    // Both at once: a program that cannot be started ends the reading with its error.
    const reading = (async () => {
      for await (const line of createInterface({ input: child.stdout })) {
        const safe = safeLine(line);
        if (safe === null) left += 1;
        else say(safe);
      }
    })();
    const [code] = await Promise.all([ended, reading]);
    if (left > 0) say(`${left} line(s) are not the node's own and were left out.`);
    return code === 0 ? 0 : 1;
  },
};

function parse(args: readonly string[]): Request {
  let follow = false;
  let lines = DEFAULT_LINES;
  let file: string | undefined;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (arg === '-f') follow = true;
    else if (arg === '-n') lines = Number(args[++at]);
    else if (!arg.startsWith('-') && file === undefined) file = arg;
    else throw wrongCall(USAGE);
  }
  if (file === undefined || !Number.isInteger(lines) || lines < 1 || lines > MAX_LINES) throw wrongCall(USAGE);
  return { follow, lines, file };
}
