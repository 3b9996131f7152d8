import { z } from 'zod';
import { roleSchema } from '../access/role.ts';
import type { Role } from '../access/role.ts';
import { personNameSchema } from '../dicom/person-name.ts';
import { uidSchema } from '../dicom/uid.ts';
import { severitySchema, sideSchema } from '../finding/finding.ts';
import { defineMachine } from '../machine.ts';
import { communicationSchema } from './communication.ts';
import { namedSchema } from './rota.ts';

export const alertStateSchema = z.enum(['open', 'acknowledged', 'closed']);
export type AlertState = z.infer<typeof alertStateSchema>;
export type AlertEvent = 'acknowledge' | 'close';

/** open --acknowledge--> acknowledged --close--> closed. An alert is never closed unacknowledged; a communication record closes it (AL9). */
export const alertMachine = defineMachine<AlertState, AlertEvent>({
  open: { acknowledge: 'acknowledged' },
  acknowledged: { close: 'closed' },
  closed: {},
});

export const alertLevelSchema = z.enum(['primary', 'backup', 'end']);
export type AlertLevel = z.infer<typeof alertLevelSchema>;

/** One step of the ladder as it was recorded: whom it called. */
export const alertCallSchema = z.object({
  /** `primary`, `backup`, `end`, `end:<n>`. */
  name: z.string(),
  level: alertLevelSchema,
  at: z.number().int(),
  /** AL13: the people it named; null for everybody of the level's roles. */
  asked: z.array(namedSchema).nullable(),
});
export type AlertCall = z.infer<typeof alertCallSchema>;

export const alertSchema = z.object({
  id: z.uuid(),
  studyUid: uidSchema,
  studyId: z.uuid(),
  organisation: z.string(),
  findingCode: z.string(),
  findingId: z.string(),
  label: z.string(),
  side: sideSchema.nullable(),
  severity: severitySchema,
  confidence: z.number(),
  state: alertStateSchema,
  level: alertLevelSchema,
  /** AL8: the finding was withdrawn by a later revision; the alert still wants a look. */
  withdrawn: z.boolean(),
  patientName: personNameSchema.nullable(),
  patientId: z.string().nullable(),
  birthDate: z.string().nullable(),
  modality: z.string(),
  description: z.string(),
  synthetic: z.boolean(),
  raisedAt: z.number().int(),
  acknowledgedBy: z.object({ id: z.string(), name: z.string() }).nullable(),
  acknowledgedAt: z.number().int().nullable(),
  /** AL9: every record, corrected ones too, the oldest first. */
  communications: z.array(communicationSchema),
  /** The steps so far, in the order of the ladder. */
  calls: z.array(alertCallSchema),
  proof: z.array(z.object({ step: z.string(), at: z.number().int(), by: z.string().nullable() })),
  revision: z.number().int(),
});
export type Alert = z.infer<typeof alertSchema>;

/** AL9: a critical result somebody has taken and nobody has communicated yet. It stays in sight until a record closes it. */
export function awaitsCommunication({ state, severity }: Pick<Alert, 'state' | 'severity'>): boolean {
  return state === 'acknowledged' && severity === 'critical';
}

/** A step of the escalation as it is sent: `key` is the idempotency key (AL3); a step already heard under it is not heard again. */
export const alertStepSchema = z.object({
  key: z.string().max(200),
  level: alertLevelSchema,
  /** Whom it calls; others see the alert without being called. `userIds` names them where somebody is assigned. */
  roles: z.array(roleSchema),
  userIds: z.array(z.string()).nullable(),
});
export type AlertStep = z.infer<typeof alertStepSchema>;

/**
 * `rt:alert`: this alert is new or changed, whole. Clients keep the one with the higher revision. `step` is null when nothing
 * is to be heard: an acknowledgement, a revision of the finding. On (re)connection every open alert comes with its latest step.
 */
export const alertEventSchema = z.object({ alert: alertSchema, step: alertStepSchema.nullable() });
export type AlertEventMessage = z.infer<typeof alertEventSchema>;

/** Whether this person is called by the step. */
export function calls(step: AlertStep, person: { readonly id: string; readonly role: Role }): boolean {
  return step.roles.includes(person.role) && (step.userIds === null || step.userIds.includes(person.id));
}

/** What a browser reports back (`rt:proof`). `sounded` only when the AudioContext ran and the tone ended. */
export const proofReportSchema = z.object({
  alertId: z.uuid(),
  step: z.enum(['delivered', 'painted', 'sounded']),
  /** Browser clock, ms since epoch; the gateway stores its own beside it. */
  at: z.number().int(),
});
export type ProofReport = z.infer<typeof proofReportSchema>;
