import { expect, test } from 'vitest';
import { HOUR_MS } from '../clock.ts';
import type { Alert } from './alert.ts';
import { closeFollowUpSchema, fhirTask, fhirTaskSchema, followUpDueAt } from './follow-up.ts';

const ID = '00000000-0000-4000-8000-000000000001';
const at = Date.UTC(2026, 10, 24, 12);
const alert: Alert = {
  id: ID, studyUid: '1.2.3', studyId: ID, organisation: 'org', findingCode: 'nodule', findingId: 'f', label: 'Lung nodule', side: 'left', severity: 'routine', confidence: 0.8, state: 'acknowledged', level: 'primary', withdrawn: false,
  patientName: { alphabetic: 'Quist^Ada' }, patientId: 'P-77', birthDate: null, modality: 'CT', description: 'Chest', synthetic: true, raisedAt: at, acknowledgedBy: { id: 'u', name: 'Dr Reader' }, acknowledgedAt: at, communications: [], calls: [], proof: [], revision: 1,
};

test('[AL15] due a day or 30 days after raising, or within what the policy says; a critical one has its communication instead', () => {
  const none = { communicateWithinMs: null };
  expect(followUpDueAt('urgent', at, none)).toBe(at + 24 * HOUR_MS);
  expect(followUpDueAt('routine', at, none)).toBe(at + 720 * HOUR_MS);
  expect(followUpDueAt('urgent', at, { communicateWithinMs: 4 * HOUR_MS })).toBe(at + 4 * HOUR_MS);
  expect(followUpDueAt('critical', at, { communicateWithinMs: HOUR_MS })).toBeNull();
});

test('[AL15] it is read as a FHIR R4 Task, open and closed', () => {
  const open = { id: ID, alert, status: 'requested' as const, authoredAt: at, dueAt: at + HOUR_MS, closed: null };
  const task = fhirTaskSchema.parse(fhirTask(open));
  expect(task).toMatchObject({
    resourceType: 'Task', status: 'requested', intent: 'order', priority: 'routine', description: 'Lung nodule, left', for: { identifier: { value: 'P-77' }, display: 'Quist, Ada' },
    focus: { identifier: { system: 'urn:dicom:uid', value: 'urn:oid:1.2.3' } }, authoredOn: '2026-11-24T12:00:00.000Z', restriction: { period: { end: '2026-11-24T13:00:00.000Z' } }, owner: { display: 'Dr Reader' },
  });
  expect(task.note).toBeUndefined();
  const closed = fhirTaskSchema.parse(fhirTask({ ...open, status: 'completed', closed: { by: { id: 'u', name: 'Dr Other' }, at: at + 1_000, note: 'CT in three months ordered' } }));
  expect(closed).toMatchObject({ status: 'completed', lastModified: '2026-11-24T12:00:01.000Z', note: [{ authorString: 'Dr Other', text: 'CT in three months ordered' }] });
  expect(fhirTaskSchema.parse(fhirTask({ ...open, alert: { ...alert, severity: 'urgent', side: null, patientName: null, patientId: null, acknowledgedBy: null } }))).toMatchObject({ priority: 'urgent', description: 'Lung nodule', for: { display: '' } });
});

test('[AL15] closing wants words', () => {
  expect(closeFollowUpSchema.safeParse({ id: ID, status: 'completed', note: ' x ' }).success).toBe(false);
  expect(closeFollowUpSchema.safeParse({ id: ID, status: 'requested', note: 'long enough' }).success).toBe(false);
  expect(closeFollowUpSchema.parse({ id: ID, status: 'cancelled', note: ' Known since 2020 ' }).note).toBe('Known since 2020');
});
