import type { HospitalPrisma } from '@readroom/db';
import { alertSchema } from '@readroom/shared/alert/alert';
import type { Alert, AlertEventMessage } from '@readroom/shared/alert/alert';
import { levelOf, rungOf, stepNamed } from '@readroom/shared/alert/escalation';
import { namedSchema } from '@readroom/shared/alert/rota';
import type { Named } from '@readroom/shared/alert/rota';
import { z } from 'zod';
import { recordOf } from './communication/stored.ts';

/** What is read of an alert to show it: its study's identity, its events and its communication records. */
export const ALERT_PARTS = {
  study: true,
  events: { orderBy: [{ at: 'asc' }, { id: 'asc' }] },
  communications: { orderBy: [{ recordedAt: 'asc' }, { id: 'asc' }] },
} satisfies HospitalPrisma.AlertInclude;

export type AlertRow = HospitalPrisma.AlertGetPayload<{ include: typeof ALERT_PARTS }>;
export type AlertEventRow = AlertRow['events'][number];

/** The kinds of row in `alert_event`. `escalated` and `emitted` belong together: a step recorded and a step sent. */
export const EVENT = {
  raised: 'raised',
  escalated: 'escalated',
  emitted: 'emitted',
  acknowledged: 'acknowledged',
  revised: 'revised',
  withdrawn: 'withdrawn',
} as const;

/** The row as the contract has it; parsed, because JSON columns are unknown until they are. */
export function toAlert(organisation: string, row: AlertRow): Alert {
  const { study } = row;
  return alertSchema.parse({
    id: row.id, studyUid: study.studyUid, studyId: row.studyId, organisation,
    findingCode: row.findingCode, findingId: row.findingId, label: row.label, side: row.side === 'none' ? null : row.side,
    severity: row.severity, confidence: row.confidence, state: row.state, level: row.level, withdrawn: row.withdrawn,
    patientName: study.patientName, patientId: study.patientId, birthDate: study.birthDate,
    modality: study.modality, description: study.description, synthetic: study.synthetic,
    raisedAt: row.raisedAt.getTime(),
    acknowledgedBy: row.acknowledgedBy === null ? null : { id: row.acknowledgedBy, name: row.acknowledgedName ?? '' },
    acknowledgedAt: row.acknowledgedAt?.getTime() ?? null,
    communications: row.communications.map(recordOf),
    calls: stepsOf(row).map(({ key, at, detail }) => ({ name: key, level: levelOf(key), at: at.getTime(), asked: askedIn(detail) })),
    proof: row.events.map(({ step, at, by, detail }) => ({ step, at: at.getTime(), by: nameIn(detail) ?? by })),
    revision: Number(row.revision),
  });
}

const signedSchema = z.object({ name: z.string() });

function nameIn(detail: unknown): string | null {
  const parsed = signedSchema.safeParse(detail);
  return parsed.success ? parsed.data.name : null;
}

const askedSchema = z.object({ asked: z.array(namedSchema).nullable() });

/** AL13: whom a recorded step named; null for its roles. */
function askedIn(detail: unknown): Named[] | null {
  return askedSchema.safeParse(detail).data?.asked ?? null;
}

/** A silent message: the alert changed and nobody is called. */
export function silent(organisation: string, row: AlertRow): AlertEventMessage {
  return { alert: toAlert(organisation, row), step: null };
}

/** The alert with the latest step recorded for it: what a new connection is told, and what a step sends. */
export function withStep(organisation: string, row: AlertRow, name = latestStep(row)): AlertEventMessage {
  const alert = toAlert(organisation, row);
  if (row.state !== 'open' || name === null) return { alert, step: null };
  const asked = alert.calls.find((call) => call.name === name)?.asked ?? null;
  return { alert, step: stepNamed(row.id, name, asked === null ? null : asked.map(({ id }) => id)) };
}

/** The name of the last step recorded, null where none is. */
export function latestStep(row: AlertRow): string | null {
  return stepsOf(row).at(-1)?.key ?? null;
}

/** The recorded steps in the order of the ladder: several may be recorded in one moment, so their times do not tell. */
export function stepsOf(row: AlertRow): AlertEventRow[] {
  return row.events.filter((event) => event.step === EVENT.escalated).sort((a, b) => rungOf(a.key) - rungOf(b.key));
}

/** `alert_event.key` of the proof that the step was sent. */
export function emittedKey(name: string): string {
  return `${EVENT.emitted}:${name}`;
}

