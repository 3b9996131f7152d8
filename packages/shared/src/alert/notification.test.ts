import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs, MAX_ATTEMPTS, newChannelSchema, notificationMessageSchema, subjectOf, textOf, webhookBody } from './notification.ts';
import type { NotificationMessage } from './notification.ts';

const ID = '00000000-0000-4000-8000-000000000001';
const message: NotificationMessage = { alertId: ID, step: 'backup', level: 'backup', severity: 'critical', finding: 'Intracranial haemorrhage', site: 'North', raisedAt: Date.UTC(2026, 10, 24, 10), link: `https://r.test/alerts#${ID}` };

test('[AL14] what is said is the severity, the finding, the site, the call and a link', () => {
  expect(textOf(message)).toBe(`Critical: Intracranial haemorrhage, North (call of the backup)\nRaised at 2026-11-24T10:00:00.000Z. Nobody has acknowledged it yet.\nhttps://r.test/alerts#${ID}`);
  expect(subjectOf({ ...message, site: '' })).toBe('Critical: Intracranial haemorrhage (call of the backup)');
  expect(textOf({ ...message, alertId: null })).toContain('This is a test.');
  expect(Object.keys(notificationMessageSchema.shape)).toEqual(['alertId', 'step', 'level', 'severity', 'finding', 'site', 'raisedAt', 'link', 'path']);
});

test('each service gets the shape it asks for', () => {
  expect(webhookBody('webhook', 'n1', message, '')).toMatchObject({ v: 1, id: 'n1', alertId: ID, severity: 'critical', step: 'backup' });
  expect(webhookBody('slack', 'n1', message, '')).toEqual({ text: textOf(message) });
  expect(webhookBody('teams', 'n1', message, '')).toMatchObject({ attachments: [{ content: { type: 'AdaptiveCard', actions: [{ url: message.link }] } }] });
  expect(webhookBody('pagerduty', 'n1', message, 'route')).toMatchObject({ routing_key: 'route', event_action: 'trigger', dedup_key: ID, payload: { severity: 'critical', source: 'North' } });
  expect(webhookBody('pagerduty', 'n1', { ...message, alertId: null, site: '' }, 'route')).toMatchObject({ dedup_key: 'n1', payload: { source: 'Readroom' } });
});

test('[AL14] pauses grow, are bounded, and their number too', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 40 }), (attempts) => {
    expect(backoffMs(attempts)).toBeGreaterThanOrEqual(5_000);
    expect(backoffMs(attempts)).toBeLessThanOrEqual(300_000);
    expect(backoffMs(attempts + 1)).toBeGreaterThanOrEqual(backoffMs(attempts));
  }));
  const whole = Array.from({ length: MAX_ATTEMPTS - 1 }, (_, index) => backoffMs(index + 1)).reduce((sum, ms) => sum + ms, 0);
  expect(whole).toBeGreaterThan(10 * 60_000);
  expect(whole).toBeLessThan(30 * 60_000);
});

test('a channel needs a name, a call and an address that is one', () => {
  const good = { kind: 'slack', name: 'Night', url: 'https://hooks.test/x', levels: ['end'], severities: ['critical'] };
  for (const fine of [good, { ...good, levels: [], path: true }]) expect(newChannelSchema.safeParse(fine).success).toBe(true);
  for (const bad of [{ ...good, url: 'file:///etc/passwd' }, { ...good, levels: [], path: false }, { ...good, name: ' ' }, { ...good, kind: 'pagerduty' }, { kind: 'email', name: 'Mail', addresses: ['no'], toAsked: true, levels: ['end'], severities: ['critical'] }]) expect(newChannelSchema.safeParse(bad).success).toBe(false);
});
