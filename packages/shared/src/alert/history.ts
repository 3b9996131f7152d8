import { z } from 'zod';
import { severitySchema } from '../finding/finding.ts';
import { alertSchema, alertStateSchema } from './alert.ts';

export const MAX_SEARCH_TEXT = 64;
const MAX_WORDS = 5;

/** What past alerts are looked for by; an empty list or null asks for all. Times are those of the raising, ms since epoch, the end not included. */
export const alertFilterSchema = z.object({
  states: z.array(alertStateSchema).max(3),
  severities: z.array(severitySchema).max(3),
  findingCode: z.string().max(64).nullable(),
  from: z.number().int().nullable(),
  until: z.number().int().nullable(),
  /** Words of a patient's name, id or accession number. It travels in a body, never in an address, and is not kept. */
  text: z.string().trim().max(MAX_SEARCH_TEXT),
});
export type AlertFilter = z.infer<typeof alertFilterSchema>;

export const EVERY_ALERT: AlertFilter = { states: [], severities: [], findingCode: null, from: null, until: null, text: '' };

export const alertSearchSchema = alertFilterSchema.extend({
  limit: z.number().int().min(1).max(200),
  cursor: z.string().max(200).nullable(),
});
export type AlertSearch = z.infer<typeof alertSearchSchema>;

export const alertPageSchema = z.object({ items: z.array(alertSchema), nextCursor: z.string().nullable() });
export type AlertPage = z.infer<typeof alertPageSchema>;

/** The words that each have to occur: `Lindqvist, Anna` finds `LINDQVIST^ANNA`. At most five; the rest says nothing new. */
export function searchWords(text: string): string[] {
  return text
    .split(/[\s,^]+/u)
    .filter((word) => word !== '')
    .slice(0, MAX_WORDS);
}

/** The kinds of filter in use, for the audit: what was looked for by, never what for. */
export function filterKinds({ states, severities, findingCode, from, until, text }: AlertFilter): string[] {
  const used = { state: states.length > 0, severity: severities.length > 0, finding: findingCode !== null, time: from !== null || until !== null, text: searchWords(text).length > 0 };
  return Object.entries(used).flatMap(([kind, isUsed]) => (isUsed ? [kind] : []));
}
