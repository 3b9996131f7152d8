import { uidSchema } from '@readroom/shared/dicom/uid';
import { AppError } from '@readroom/shared/error';
import { tierSchema } from '@readroom/shared/priority/rank';
import { z } from 'zod';

/** A row's place in the order: tier, sort key, study UID. */
export const placeSchema = z.tuple([tierSchema, z.number().int(), uidSchema]);
export type Place = z.infer<typeof placeSchema>;

/** Opaque to clients. */
export function encodeCursor(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Throws AppError `bad-input` (permanent). */
export function decodeCursor(cursor: string): Place {
  const parsed = placeSchema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  if (parsed.success) return parsed.data;
  throw new AppError('bad-input', { class: 'permanent', message: 'This cursor is none of ours: send back `nextCursor` of the page before, unchanged, or none for the first page.' });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
