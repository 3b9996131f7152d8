/** PostgreSQL stores neither U+0000 nor half a surrogate pair; DICOM text of the field holds both. */
const UNSTORABLE = /\\u0000|\\ud[89a-f]/i;

/** The same message with every character PostgreSQL can't store taken out of its texts. Most messages pass untouched. */
export function storable(message: unknown): unknown {
  return UNSTORABLE.test(JSON.stringify(message) ?? '') ? clean(message) : message;
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\u0000', '').toWellFormed();
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clean(inner)]));
}
