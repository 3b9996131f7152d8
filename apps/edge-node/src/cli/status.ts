import { readConsolePort } from '../env.ts';
import type { Command } from './command.ts';
import { wrongCall } from './command.ts';
import { askConsole } from './console-client.ts';
import type { NodeStatus } from './console-client.ts';

const USAGE = 'status [--json]';
const GIB = 2 ** 30;
const DAY_MS = 86_400_000;

/** What the running node says of itself; exit code 1 while images or results do not move. */
export const status: Command = {
  usage: USAGE,
  summary: 'what the running node does, and what is wrong',
  async run(args, { env, say }) {
    if (args.some((arg) => arg !== '--json')) throw wrongCall(USAGE);
    const current = await askConsole(readConsolePort(env));
    if (args.includes('--json')) say(JSON.stringify(current));
    else describe(current).forEach(say);
    return current.problems.some(({ level }) => level === 'stop') ? 1 : 0;
  },
};

function describe(current: NodeStatus): string[] {
  const { now, link, outbox, intake, studies, inference, associations } = current;
  const oldest = outbox.oldestAt === null ? '' : `, oldest ${span(now - outbox.oldestAt)}`;
  return [
    ...current.problems.flatMap(({ level, what, remedy }) => [`${level.toUpperCase()}  ${what}`, `      ${remedy}`]),
    fact('DICOM', `${current.aeTitle}, port ${portsOf(current)}, running for ${span(now - current.startedAt)}`),
    fact('Link', `${link.state} for ${span(now - link.since)}`),
    fact('Hospital’s page', current.lan === null ? 'off' : `port ${String(current.lan.port)}, ${current.lan.users} sign-in(s), ${current.critical.open} open alert(s)`),
    fact('Results waiting', `${outbox.depth}${oldest}`),
    fact('Studies', `${studies.receiving} arriving, ${studies.inFlight} in analysis`),
    fact('Studies held', `${studies.held}${studies.oldestAt === null ? '' : `, the oldest from ${span(now - studies.oldestAt)} ago; each is deleted ${Math.round(studies.keepMs / DAY_MS)} day(s) after its last image`}`),
    fact('Images held', String(intake.instances)),
    fact('Disk free', `${(intake.diskFreeBytes / GIB).toFixed(1)} GiB, images are refused below ${(intake.diskReserveBytes / GIB).toFixed(1)} GiB`),
    fact('Models', inference.models.map(({ id, version, provider, role }) => `${id} ${version} on ${provider}${role === 'active' ? '' : ` (${role})`}`).join(', ') || 'none'),
    fact('Associations', `${associations.filter(({ endedAt, refused }) => endedAt === null && !refused).length} open, ${associations.filter(({ refused }) => refused).length} of the last ${associations.length} refused`),
  ];
}

function portsOf({ dicomPort, tls }: NodeStatus): string {
  return [...(dicomPort === null ? [] : [String(dicomPort)]), ...(tls === null ? [] : [`${String(tls.port)} (TLS)`])].join(' and ');
}

function fact(name: string, value: string): string {
  return `${name.padEnd(16)} ${value}`;
}

function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
