/** Keys the node's own log calls use. A key that is not here is not passed on, whatever wrote it. */
const KNOWN = new Set([
  'event', 'why', 'code', 'status', 'step', 'evidence', 'model', 'version', 'action', 'provider', 'totalMs', 'service', 'kind', 'command', 'aeTitle', 'callingAeTitle', 'remoteAddress', 'number', 'association',
  'dicomPort', 'dicomTlsPort', 'consolePort', 'err', 'error', 'type', 'message', 'stack', 'cause', 'state', 'from', 'to', 'waitMs', 'count', 'recovered', 'cutBytes', 'damaged', 'refusal',
]);
const LEVELS: Readonly<Record<string, string>> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };
const MAX_VALUE = 400;

/** One line of the node's log as `time level event key=value ...`; null for a line the node did not write. */
export function safeLine(line: string): string | null {
  const entry = parse(line);
  if (entry === null || typeof entry['event'] !== 'string' || typeof entry['time'] !== 'string') return null;
  const { time, level, event, ...rest } = entry;
  return [time, LEVELS[String(level)] ?? 'info', event, ...pairs(rest, '')].join(' ');
}

function pairs(fields: Readonly<Record<string, unknown>>, prefix: string): string[] {
  return Object.entries(fields).flatMap(([key, value]) => {
    if (!KNOWN.has(key)) return [];
    if (isRecord(value)) return pairs(value, `${prefix}${key}.`);
    return [`${prefix}${key}=${JSON.stringify(typeof value === 'string' ? value.slice(0, MAX_VALUE) : value)}`];
  });
}

function parse(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
