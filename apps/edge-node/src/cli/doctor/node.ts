import { AppError } from '@readroom/shared/error';
import { askConsole } from '../console-client.ts';
import { fail, ok, warn } from './finding.ts';
import type { Check } from './finding.ts';

/** What the running node itself complains of. */
export const checkNode: Check = async ({ consolePort }) => {
  try {
    const { problems } = await askConsole(consolePort);
    if (problems.length === 0) return [ok(`The node runs (console port ${consolePort}) and complains of nothing.`)];
    return problems.map(({ level, what, remedy }) => (level === 'stop' ? fail(what, remedy) : warn(what, remedy)));
  } catch (error) {
    const isSilent = error instanceof AppError && error.code === 'node-silent';
    if (isSilent) return [warn('The node does not run: no console answers.', 'Before the first start that is as it should be. Otherwise start it, and read its log with readroom-edge logs.')];
    return [fail(`Console port ${consolePort} is used by something else.`, 'Stop that program, or set READROOM_CONSOLE_PORT to a free port.')];
  }
};
