import { z } from 'zod';
import { HOUR_MS, MINUTE_MS } from '../clock.ts';
import { uidSchema } from '../dicom/uid.ts';

/** Why a person moves a study: the code is what the audit keeps, the note beside it is the hospital's own. */
export const moveReasonSchema = z.enum(['clinician-waits', 'patient-worse', 'theatre-or-transfer', 'needs-prior-or-protocol', 'read-elsewhere', 'other']);
export type MoveReason = z.infer<typeof moveReasonSchema>;

export const MOVE_REASON_TEXT: { readonly [R in MoveReason]: string } = {
  'clinician-waits': 'Clinician waits',
  'patient-worse': 'Patient got worse',
  'theatre-or-transfer': 'Theatre or transfer',
  'needs-prior-or-protocol': 'Waits for priors or protocol',
  'read-elsewhere': 'Is read elsewhere',
  other: 'Other',
};

export const MAX_NOTE = 200;
/** An override ends by itself: never sooner than this, never later than that. */
export const MIN_MOVE_MS = 5 * MINUTE_MS;
export const MAX_MOVE_MS = 24 * HOUR_MS;

/**
 * Where to. `above` and `below` name the row; `raise` and `lower` go past the next row of the whole list as it stands when the
 * move is made; `pin` goes above every row that is on the list then: a critical finding that comes later takes its own place.
 */
export const moveSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['above', 'below']), target: uidSchema }),
  z.object({ kind: z.enum(['raise', 'lower', 'pin']) }),
]);
export type Move = z.infer<typeof moveSchema>;

export const moveRequestSchema = z
  .object({
    studyId: z.uuid(),
    move: moveSchema,
    reason: moveReasonSchema,
    /** What the code does not say; needed for `other`. */
    note: z.string().trim().max(MAX_NOTE),
    forMs: z.number().int().min(MIN_MOVE_MS).max(MAX_MOVE_MS),
    /** Id of the override the person saw on the row, null for none: of two who move it at once the second is told. */
    replacing: z.uuid().nullable(),
  })
  .refine(({ reason, note }) => reason !== 'other' || note !== '', { path: ['note'], error: 'Say why in a few words.' });
export type MoveRequest = z.infer<typeof moveRequestSchema>;

export function moveReasonText(reason: MoveReason, note: string): string {
  if (note === '') return MOVE_REASON_TEXT[reason];
  return reason === 'other' ? note : `${MOVE_REASON_TEXT[reason]}, ${note}`;
}
