import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { Service } from '@readroom/shared/service';
import { StartFailure } from '../failure.ts';
import { capLog, openLog, readSince } from './log-file.ts';
import { killGroup } from './run-tool.ts';

export interface ChildSpec {
  readonly name: string;
  /** Arguments for the project's Node. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Whether the child does its work now. Asked again and again until it says yes. */
  ready(): Promise<boolean>;
  readonly readyTimeoutMs: number;
  readonly stopTimeoutMs: number;
  /** Waits before the restarts after a death; after the last one the child is given up. */
  readonly backoffMs: readonly number[];
  /** The child died more often than it is restarted: the whole has to end. */
  onGiveUp(sentence: string): void;
  /** A line worth showing: it died, it is back. */
  say(line: string): void;
}

export interface Child extends Service {
  /** null while it is down. */
  pid(): number | null;
}

/** Deaths are counted within this window. */
const WINDOW_MS = 10 * 60_000;
const POLL_MS = 100;
const CAP_LOG_EVERY_MS = 60_000;

/** A child process that is started, watched, restarted with a bounded backoff, and ended in order. */
export function supervise(spec: ChildSpec): Child {
  let current: ChildProcess | null = null;
  let stopping = false;
  let restarting: Promise<void> = Promise.resolve();
  let deaths: number[] = [];
  let lifeBegins = 0;
  const lastWords = (): Promise<string> => wordsSince(spec.logFile, lifeBegins);
  const capping = setInterval(() => void capLog(spec.logFile).catch(() => undefined), CAP_LOG_EVERY_MS).unref();

  const launch = async (): Promise<void> => {
    const log = await openLog(spec.logFile);
    lifeBegins = (await log.stat()).size;
    const child = spawn(process.execPath, [...spec.args], { cwd: spec.cwd, env: spec.env, stdio: ['ignore', log.fd, log.fd, 'ipc'], detached: true });
    await log.close();
    current = child;
    await untilReady(child, spec, () => stopping, lastWords);
    child.once('exit', () => {
      if (!stopping) restarting = restart();
    });
    // It may have died between the last question and the listener.
    if (child.exitCode !== null && !stopping) restarting = restart();
  };

  const restart = async (): Promise<void> => {
    current = null;
    const now = Date.now();
    deaths = [...deaths.filter((at) => now - at < WINDOW_MS), now];
    const wait = spec.backoffMs[deaths.length - 1];
    if (wait === undefined) {
      spec.onGiveUp(`${spec.name} ended ${String(deaths.length)} times within ${String(WINDOW_MS / 60_000)} minutes and is not started again. ${await lastWords()}`);
      return;
    }
    spec.say(`${spec.name} ended unexpectedly; starting it again`);
    await delay(wait);
    if (stopping) return;
    try {
      await launch();
      spec.say(`${spec.name} is back`);
    } catch {
      if (!stopping) await restart();
    }
  };

  return {
    name: spec.name,
    pid: () => current?.pid ?? null,
    start: launch,
    stop: async () => {
      stopping = true;
      clearInterval(capping);
      if (current) await end(current, spec.stopTimeoutMs);
      await restarting;
      if (current) await end(current, spec.stopTimeoutMs);
      current = null;
    },
  };
}

async function untilReady(child: ChildProcess, spec: ChildSpec, stopped: () => boolean, lastWords: () => Promise<string>): Promise<void> {
  const deadline = Date.now() + spec.readyTimeoutMs;
  let failed: string | null = null;
  child.once('error', (error) => (failed = error.message));
  while (!(await spec.ready().catch(() => false))) {
    if (stopped()) throw new StartFailure(`${spec.name} was stopped while starting.`);
    if (failed !== null || child.exitCode !== null || child.signalCode !== null) {
      throw new StartFailure(`${spec.name} did not start. ${failed ?? (await lastWords())}`);
    }
    if (Date.now() > deadline) {
      await end(child, spec.stopTimeoutMs);
      throw new StartFailure(`${spec.name} was not ready within ${String(spec.readyTimeoutMs / 1000)} s. ${await lastWords()}`);
    }
    await delay(POLL_MS);
  }
}

/** SIGTERM, a bounded wait, then SIGKILL to its whole group. */
async function end(child: ChildProcess, timeoutMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const forced = setTimeout(() => killGroup(child.pid), timeoutMs);
  await gone;
  clearTimeout(forced);
}

/** The child's own last sentence: a fatal log line's `msg`, or the last line it printed. */
async function wordsSince(logFile: string, from: number): Promise<string> {
  const text = await readSince(logFile, from).catch(() => '');
  const lines = text.trim().split('\n').slice(-40).reverse();
  for (const line of lines) {
    const message = fatalMessage(line);
    if (message) return message;
  }
  const said = lines.filter((line) => line.trim() !== '' && !/^([{}]|\s|Node\.js v|\(Use `node)/.test(line));
  const last = said.find((line) => /^(\w*Error\b|\w+Failure:)/.test(line)) ?? said[0];
  return `${last?.slice(0, 300) ?? ''} (log: ${logFile})`.trim();
}

function fatalMessage(line: string): string | null {
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null || !('level' in entry) || Number(entry.level) < 60) return null;
    return 'msg' in entry ? String(entry.msg) : null;
  } catch {
    return null;
  }
}
