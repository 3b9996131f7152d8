import { z } from 'zod';

/** PS3.5 section 9.1: digits and dots, at most 64 characters. Leading zeros in a component occur in the field and are kept. */
export const UID_PATTERN = /^[0-9]+(\.[0-9]+)*$/;
export const uidSchema = z.string().min(1).max(64).regex(UID_PATTERN);

export function isUid(text: string): boolean {
  return uidSchema.safeParse(text).success;
}
