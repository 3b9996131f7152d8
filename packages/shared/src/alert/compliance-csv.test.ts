import { expect, test } from 'vitest';
import { complianceCsv } from './compliance-csv.ts';
import { complianceOf } from './compliance.ts';
import { DEFAULT_ESCALATION } from './escalation-policy.ts';

const T = Date.UTC(2026, 10, 24, 10, 0);
const facts = [
  { severity: 'critical' as const, limit: DEFAULT_ESCALATION.critical, site: '=cmd|calc', finding: 'Bleed, left', raisedAt: T, acknowledgedAt: T + 90_000, communications: [] },
  { severity: 'urgent' as const, limit: DEFAULT_ESCALATION.urgent, site: 'North', finding: '"Pneumonia"', raisedAt: T, acknowledgedAt: null, communications: [] },
];
const csv = complianceCsv({
  hospital: '@Hospital', from: T - 86_400_000, until: T + 86_400_000, madeAt: T + 10_800_000, madeBy: 'Dr A', timeZone: 'Europe/Stockholm', head: { seq: 7, hash: 'ab'.repeat(32) },
  policies: [{ version: 3, policy: DEFAULT_ESCALATION, reason: 'Agreed', by: 'Dr A', at: T }],
  report: complianceOf(facts, 'Europe/Stockholm', T + 10_800_000),
});
const lines = csv.split('\r\n');

test('[AL11] the file says whose, of which time, by which clock and limits, and the audit chain’s head it stands on', () => {
  expect(lines[0]).toBe(`Critical results: compliance report,"'@Hospital"`);
  expect(lines).toContain('Raised from (UTC),2026-11-23T10:00:00.000Z');
  expect(lines).toContain('Time zone of the shifts,Europe/Stockholm');
  expect(lines).toContain('Audit chain: event,7');
  expect(lines).toContain(`Audit chain: sha256,${'ab'.repeat(32)}`);
  expect(lines).toContain('"Limits, critical, policy 3 of 2026-11-24T10:00:00.000Z","acknowledged within 15 min, communicated within 1 h"');
});

test('[AL11] one line a group, numbers as numbers, and no text a spreadsheet would run', () => {
  expect(lines).toContain('All,All alerts,2,1,0,1,0,0,50,1.5,0,0,1,0,1,0,');
  expect(lines).toContain(`Site,"'=cmd|calc",1,1,0,0,0,0,100,1.5,0,0,1,0,0,0,`);
  expect(lines).toContain('Shift,Day (07-15),2,1,0,1,0,0,50,1.5,0,0,1,0,1,0,');
  expect(lines.some((line) => line.startsWith('Finding,"Bleed, left",1'))).toBe(true);
  expect(lines.some((line) => line.startsWith('Finding,"""Pneumonia""",1'))).toBe(true);
  expect(lines.at(-1)).toBe('');
});
