import { open, seal } from './gcm.ts';
import { KEY_ID_BYTES } from './slot.ts';
import type { StudyKeys } from './study-keys.ts';

const PREFIX = 'sealed:';

/** A text of a study for a database's column. `about` binds it to its row. @throws AppError as `StudyKeys.of` */
export function sealText(keys: StudyKeys, studyUid: string, text: string, about: string): string {
  const { id, key } = keys.of(studyUid);
  return PREFIX + Buffer.concat([id, seal(key, Buffer.from(text), about)]).toString('base64');
}

export const isSealed = (text: string): boolean => text.startsWith(PREFIX);

/** Text of a file from before there were keys is answered as it is. Null when the key is destroyed, or the text or its row was changed. */
export function openText(keys: StudyKeys, text: string, about: string): string | null {
  if (!isSealed(text)) return text;
  const bytes = Buffer.from(text.slice(PREFIX.length), 'base64');
  const key = keys.byId(bytes.subarray(0, KEY_ID_BYTES));
  return key === null ? null : (open(key, bytes.subarray(KEY_ID_BYTES), about)?.toString('utf8') ?? null);
}
