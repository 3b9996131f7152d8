import { spawnSync } from 'node:child_process';

/** The system calls of a group of systemd's (`@system-service`), its groups opened. */
function callsOf(group: string): string[] {
  const { stdout } = spawnSync('systemd-analyze', ['syscall-filter', group], { encoding: 'utf8' });
  const entries = stdout.split('\n').slice(1).map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  return entries.flatMap((entry) => (entry.startsWith('@') ? callsOf(entry) : [entry]));
}

/** strace's arguments to note, at next to no cost, only the calls that a unit's SystemCallFilter= lines forbid. */
export function straceForbidden(unit: string, into: string): string[] {
  const lines = [...unit.matchAll(/^SystemCallFilter=(~?)(@[a-z-]+)$/gm)].map(([, not, group]) => ({ not: not === '~', calls: callsOf(group ?? '') }));
  const forbidden = new Set(lines.filter(({ not }) => not).flatMap(({ calls }) => calls));
  const allowed = lines.filter(({ not }) => !not).flatMap(({ calls }) => calls).filter((call) => !forbidden.has(call));
  if (allowed.length < 100) throw new Error('systemd-analyze syscall-filter tells no groups: apt-get install systemd');
  // `?`: strace may not know each name that systemd does.
  return ['-D', '-f', '--seccomp-bpf', '-qq', '-o', into, '-e', `trace=!${allowed.map((call) => `?${call}`).join(',')}`];
}

/** The names of the calls that strace noted. */
export function callsIn(trace: string): string[] {
  return [...new Set([...trace.matchAll(/^\d+ +([a-z0-9_]+)\(/gm)].map((match) => match[1] ?? ''))].sort();
}
