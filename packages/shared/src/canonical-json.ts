/**
 * JSON Canonicalization Scheme (RFC 8785): object members sorted by UTF-16 code units, no white space, numbers and strings as
 * ECMAScript writes them. Throws a TypeError for what JSON can't say: a lone surrogate, NaN, infinity, undefined, a function.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return canonicalNumber(value);
  if (typeof value === 'string') return canonicalString(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError(`JSON has no ${typeof value}`);
  return canonicalObject(value);
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError('JSON has no NaN or infinity');
  return JSON.stringify(value);
}

function canonicalString(value: string): string {
  // RFC 8785 section 3.2.2.2: a lone surrogate must end in an error; JSON.stringify would escape it.
  if (!value.isWellFormed()) throw new TypeError('JSON text must not hold a lone surrogate');
  return JSON.stringify(value);
}

function canonicalObject(value: object): string {
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${members.map(([key, member]) => `${canonicalString(key)}:${canonicalJson(member)}`).join(',')}}`;
}
