import { z } from 'zod';
import { MINUTE_MS } from '../clock.ts';

/**
 * The record of a critical result told to a person, after the ACR Practice Parameter for Communication of Diagnostic Imaging
 * Findings and the Joint Commission's NPSG.02.03.01: who told whom, by what means, when, what was said, and whether it was read back.
 */
export const toldRoleSchema = z.enum(['ordering-clinician', 'covering-clinician', 'nurse', 'patient-ward', 'other']);
export type ToldRole = z.infer<typeof toldRoleSchema>;

export const TOLD_ROLE_TEXT: { readonly [R in ToldRole]: string } = {
  'ordering-clinician': 'Ordering clinician',
  'covering-clinician': 'Covering clinician',
  nurse: 'Nurse',
  'patient-ward': 'Patient’s ward',
  other: 'Other',
};

export const meansSchema = z.enum(['telephone', 'in-person', 'secure-message']);
export type Means = z.infer<typeof meansSchema>;

export const MEANS_TEXT: { readonly [M in Means]: string } = { telephone: 'By telephone', 'in-person': 'In person', 'secure-message': 'Secure message' };

export const MAX_TOLD_NAME = 120;
export const MAX_WORDS = 500;
export const MAX_REASON = 200;

/** What the person says happened: somebody was told, or nobody has to be and why. */
export const saidSchema = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('told'),
    name: z.string().trim().max(MAX_TOLD_NAME),
    role: toldRoleSchema,
    means: meansSchema,
    /** ms since epoch. */
    at: z.number().int(),
    words: z.string().trim().max(MAX_WORDS),
    readBack: z.boolean(),
    /** Why it was not read back; empty when it was. */
    reason: z.string().trim().max(MAX_REASON),
  }),
  z.object({ outcome: z.literal('not-needed'), reason: z.string().trim().max(MAX_REASON) }),
]);
export type Said = z.infer<typeof saidSchema>;

export const communicationRequestSchema = z.object({
  /** Made by the sender, so that a repeated send writes once. */
  id: z.uuid(),
  alertId: z.uuid(),
  /** The record this one corrects; null for a new one. */
  corrects: z.uuid().nullable(),
  said: saidSchema,
});
export type CommunicationRequest = z.infer<typeof communicationRequestSchema>;

/** A record as it is kept: never changed, corrected by another that names it (AL9). */
export const communicationSchema = z.object({
  id: z.uuid(),
  corrects: z.uuid().nullable(),
  by: z.object({ id: z.string(), name: z.string() }),
  /** Gateway clock, ms since epoch. */
  recordedAt: z.number().int(),
  said: saidSchema,
});
export type Communication = z.infer<typeof communicationSchema>;

/** The records that stand: those no later one corrects, in their order. */
export function standing(records: readonly Communication[]): Communication[] {
  const corrected = new Set(records.map(({ corrects }) => corrects));
  return records.filter(({ id }) => !corrected.has(id));
}

/** When somebody was first told, by the records that stand; null when nobody was. ms since epoch. */
export function firstToldAt(records: readonly Communication[]): number | null {
  const times = standing(records).flatMap(({ said }) => (said.outcome === 'told' ? [said.at] : []));
  return times.length === 0 ? null : Math.min(...times);
}

/** When a person can first have known of the result: it may have been acknowledged at the hospital's own page before the alert was raised here (AL7). ms since epoch. */
export function knownSince({ raisedAt, acknowledgedAt }: { readonly raisedAt: number; readonly acknowledgedAt: number | null }): number {
  return Math.min(raisedAt, acknowledgedAt ?? raisedAt);
}

export interface SaidProblem {
  readonly field: 'name' | 'at' | 'words' | 'reason';
  readonly text: string;
}

/** Clocks of two computers differ by less than this; a later time is a mistyped one. */
const AHEAD_MS = MINUTE_MS;

/** AL9: what is missing or can't be, null when the record may stand. A typed time has no seconds: the minute of the alert counts as after it. */
export function saidProblem(said: Said, raisedAt: number, now: number): SaidProblem | null {
  if (said.outcome === 'not-needed') return said.reason === '' ? { field: 'reason', text: 'Say why nobody has to be told.' } : null;
  if (said.name === '') return { field: 'name', text: 'Type the name of the person who was told.' };
  if (said.at > now + AHEAD_MS) return { field: 'at', text: 'This time lies in the future. Correct it.' };
  if (said.at < raisedAt - (raisedAt % MINUTE_MS)) return { field: 'at', text: 'This time lies before the alert. Correct it.' };
  if (said.words === '') return { field: 'words', text: 'Say what was communicated.' };
  if (!said.readBack && said.reason === '') return { field: 'reason', text: 'Say why it was not read back.' };
  return null;
}
