import { z } from 'zod';
import { HOUR_MS } from '../clock.ts';
import { displayName } from '../dicom/person-name.ts';
import type { Severity } from '../finding/finding.ts';
import { alertSchema } from './alert.ts';
import type { Ladder } from './escalation-policy.ts';

/** The words of a FHIR Task's status that are used. */
export const followUpStatusSchema = z.enum(['requested', 'completed', 'cancelled']);
export type FollowUpStatus = z.infer<typeof followUpStatusSchema>;

export const followUpSchema = z.object({
  id: z.uuid(),
  alert: alertSchema,
  status: followUpStatusSchema,
  /** ms since epoch. */
  authoredAt: z.number().int(),
  dueAt: z.number().int(),
  /** What was done, or why nothing has to be, in the words of who closed it; null while it is open. */
  closed: z.object({ by: z.object({ id: z.string(), name: z.string() }), at: z.number().int(), note: z.string() }).nullable(),
});
export type FollowUp = z.infer<typeof followUpSchema>;

export const followUpsSchema = z.object({
  /** The first due first. */
  open: z.array(followUpSchema),
  /** The last closed first. */
  closed: z.array(followUpSchema),
});
export type FollowUps = z.infer<typeof followUpsSchema>;

export const closeFollowUpSchema = z.object({
  id: z.uuid(),
  status: z.enum(['completed', 'cancelled']),
  note: z.string().trim().min(3, 'Say what was done, or why nothing has to be.').max(500),
});
export type CloseFollowUp = z.infer<typeof closeFollowUpSchema>;

/** Of the ACR's category 2 and 3, where the hospital's policy names no time to communicate within. */
const DUE_AFTER_MS: { readonly [S in Severity]: number | null } = { critical: null, urgent: 24 * HOUR_MS, routine: 30 * 24 * HOUR_MS };

/** AL15: when a result has to be followed up, ms since epoch, counted from its raising; null for a critical one, which a communication closes (AL9). */
export function followUpDueAt(severity: Severity, raisedAt: number, ladder: Pick<Ladder, 'communicateWithinMs'>): number | null {
  const afterMs = DUE_AFTER_MS[severity];
  return afterMs === null ? null : raisedAt + (ladder.communicateWithinMs ?? afterMs);
}

const instant = z.iso.datetime();

/** The parts of FHIR R4 Task (hl7.org/fhir/R4/task.html) that are said. */
export const fhirTaskSchema = z.object({
  resourceType: z.literal('Task'),
  id: z.uuid(),
  status: followUpStatusSchema,
  intent: z.literal('order'),
  priority: z.enum(['urgent', 'routine']),
  code: z.object({ text: z.string() }),
  description: z.string(),
  /** The study, by its Study Instance UID (R4 ImagingStudy, system urn:dicom:uid). */
  focus: z.object({ type: z.literal('ImagingStudy'), identifier: z.object({ system: z.literal('urn:dicom:uid'), value: z.string() }) }),
  for: z.object({ type: z.literal('Patient'), identifier: z.object({ value: z.string() }), display: z.string() }),
  authoredOn: instant,
  lastModified: instant,
  restriction: z.object({ period: z.object({ end: instant }) }),
  owner: z.object({ display: z.string() }).optional(),
  note: z.array(z.object({ authorString: z.string(), time: instant, text: z.string() })).optional(),
});
export type FhirTask = z.infer<typeof fhirTaskSchema>;

export const fhirBundleSchema = z.object({ resourceType: z.literal('Bundle'), type: z.literal('searchset'), total: z.number().int(), entry: z.array(z.object({ resource: fhirTaskSchema })) });

/** The task as a FHIR R4 resource. */
export function fhirTask({ id, alert, status, authoredAt, dueAt, closed }: FollowUp): FhirTask {
  const iso = (at: number): string => new Date(at).toISOString();
  return {
    resourceType: 'Task', id, status, intent: 'order', priority: alert.severity === 'routine' ? 'routine' : 'urgent',
    code: { text: 'Follow up an imaging finding' },
    description: alert.side === null ? alert.label : `${alert.label}, ${alert.side}`,
    focus: { type: 'ImagingStudy', identifier: { system: 'urn:dicom:uid', value: `urn:oid:${alert.studyUid}` } },
    for: { type: 'Patient', identifier: { value: alert.patientId ?? '' }, display: alert.patientName === null ? '' : displayName(alert.patientName) },
    authoredOn: iso(authoredAt), lastModified: iso(closed?.at ?? authoredAt), restriction: { period: { end: iso(dueAt) } },
    ...(alert.acknowledgedBy === null ? {} : { owner: { display: alert.acknowledgedBy.name } }),
    ...(closed === null ? {} : { note: [{ authorString: closed.by.name, time: iso(closed.at), text: closed.note }] }),
  };
}
