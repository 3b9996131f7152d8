#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { AppError } from '@readroom/shared/error';
import type { Command, CommandIo } from './command.ts';
import { doctor } from './doctor.ts';
import { echo } from './echo.ts';
import { enrol } from './enrol.ts';
import { lan } from './lan.ts';
import { logs } from './logs.ts';
import { models } from './models.ts';
import { rotate } from './rotate.ts';
import { status } from './status.ts';

/** `readroom-edge COMMAND`: what hospital IT types. Exit code 0 is well, 1 is a fault of the node or its surroundings, 2 a wrong call. */
const COMMANDS: Readonly<Record<string, Command>> = { enrol, status, doctor, echo, models, lan, logs, rotate };
const WRONG_CALL = 2;

const io: CommandIo = { env: process.env, say: (line) => void process.stdout.write(`${line}\n`) };

function usage(): string {
  return ['Usage: readroom-edge COMMAND', ...Object.values(COMMANDS).map((command) => `  ${command.usage.padEnd(26)} ${command.summary}`)].join('\n');
}

/** Settings may stand in one file; what is set in the environment already wins. */
function loadSettings(): void {
  const file = process.env['READROOM_EDGE_ENV_FILE'];
  if (file === undefined || file === '' || !existsSync(file)) return;
  try {
    process.loadEnvFile(file);
  } catch (cause) {
    throw new AppError('settings', { class: 'permanent', message: `The settings in ${file} cannot be read. Check READROOM_EDGE_ENV_FILE, and run the command as a user who may read it.`, cause });
  }
}

async function run([name = '', ...args]: readonly string[]): Promise<number> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    process.stderr.write(`${usage()}\n`);
    return WRONG_CALL;
  }
  loadSettings();
  return await command.run(args, io);
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.code === 'usage' ? WRONG_CALL : 1;
}
