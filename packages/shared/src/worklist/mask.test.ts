import { expect, test } from 'vitest';
import { maskItem } from './mask.ts';
import { worklistItemSchema } from './worklist-item.ts';

const moved = worklistItemSchema.parse({
  studyUid: '1.2.3', studyId: '00000000-0000-4000-8000-000000000001', patientName: { alphabetic: 'QUIST^ADA' }, patientId: 'P-77', birthDate: '1950-02-03', sex: 'F', accessionNumber: 'ACC-1',
  modality: 'CT', bodyPart: 'HEAD', description: 'Head', institution: 'North', class: null, synthetic: false, receivedAt: 1, studyDateTime: null, arrival: 'complete', imageCount: 1,
  tier: 0, sortKey: 3, dueAt: 4, ai: 'clear', topFinding: null, analyses: [], openAlerts: 0, status: 'unread', assignedTo: null, revision: 9,
  reasons: [
    { code: 'arrival', text: 'Arrived', ms: 5, minutes: 0 },
    { code: 'override', text: 'Moved by Dr A: Ada Quist bleeds', ms: -2, minutes: 0 },
    { code: 'override.set-aside', text: 'Move by Dr A set aside: a critical finding came after it', ms: 0, minutes: 0 },
  ],
  override: { id: '00000000-0000-4000-8000-000000000002', author: { id: 'u', name: 'Dr A' }, reason: 'other', note: 'Ada Quist bleeds', direction: 'up', holds: true, placedAt: 1, expiresAt: 2 },
  aside: { id: '00000000-0000-4000-8000-000000000003', author: { id: 'u', name: 'Dr A' }, note: 'priors of Ada Quist', since: 1, until: null },
});

test('[LF6] what names the patient is gone, what a reader typed too; place, order and weights stay', () => {
  const masked = maskItem(moved);
  expect(JSON.stringify(masked)).not.toMatch(/quist|P-77|1950|ACC-1|Dr A: /i);
  expect(masked.reasons.map(({ ms }) => ms)).toEqual([5, -2, 0]);
  expect(masked).toMatchObject({ tier: 0, sortKey: 3, override: { reason: 'other', note: '', direction: 'up' }, aside: { note: '', until: null } });
});

test('a row written before overrides and putting aside existed is read as one without', () => {
  const { override: _override, overdueAt: _overdueAt, aside: _aside, ...old } = moved;
  expect(worklistItemSchema.parse(old)).toMatchObject({ override: null, overdueAt: null, aside: null });
});
