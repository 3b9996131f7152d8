import { createHmac } from 'node:crypto';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Member } from '@readroom/shared/access/can';
import { MAX_ATTEMPTS } from '@readroom/shared/alert/notification';
import type { NewChannel } from '@readroom/shared/alert/notification';
import { MINUTE_MS } from '@readroom/shared/clock';
import { apiClient } from '../../testing/api-client.ts';
import { startTestGateway } from '../../testing/test-gateway.ts';
import type { TestGateway } from '../../testing/test-gateway.ts';
import { acknowledgeAlert } from '../acknowledge.ts';
import { escalateHospital } from '../escalation/escalate.ts';
import { bleed, head } from '../testing/bleeding.ts';
import { addChannel, deliveriesOf, removeChannel, sendAgain, switchChannel, testChannel, viewChannels } from './channels.ts';
import { LEASE_MS, sendDue } from './sender.ts';
import { startMailServer, startReceiver } from './testing/receivers.ts';

/** Another process has to start for one of these: seconds on an idle machine, a minute on a crowded one. */
const WAIT_MS = 60_000;
vi.setConfig({ testTimeout: 4 * WAIT_MS });

const PASSWORD = 'mail-password-nobody-sees';
/** Behind the real clock: another process, by its own, finds due what this gateway has put off. */
let now = Date.now() - 60 * MINUTE_MS;
let gateway: TestGateway;
let admin: Member;
let attending: Member;
let home: string;
let env: Record<string, string>;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let mail: Awaited<ReturnType<typeof startMailServer>>;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'readroom-notify-'));
  [receiver, mail] = await Promise.all([startReceiver(), startMailServer(PASSWORD)]);
  const file = async (name: string, text: string) => {
    await writeFile(join(home, name), text, { mode: 0o600 });
    return join(home, name);
  };
  env = { READROOM_AUTH_SECRET_FILE: await file('auth', 'one secret of all gateways, forty letters'), READROOM_SMTP_URL_FILE: await file('smtp', mail.url), READROOM_MAIL_FROM: 'alerts@hospital.test', READROOM_WEBHOOK_NETWORKS: '127.0.0.0/8', READROOM_PUBLIC_URL: 'https://readroom.hospital.test' };
  gateway = await startTestGateway({ clock: () => now, env });
  admin = (await gateway.signIn('admin')).member;
  attending = (await gateway.signIn('attending')).member;
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  await Promise.all([receiver.stop(), mail.stop(), rm(home, { recursive: true, force: true })]);
});
beforeEach(() => {
  receiver.answer(200);
  receiver.received.length = 0;
  mail.mails.length = 0;
});

const always = { levels: ['primary' as const, 'backup' as const], severities: ['critical' as const] };
const hook = (change: Partial<NewChannel> = {}) => ({ kind: 'webhook' as const, name: 'SMS provider', url: receiver.url, ...always, ...change }) as NewChannel;
const raise = async () => (await head().tell(gateway, [bleed()]))[0]!.alert.id;
const hospital = () => gateway.deps.hospital(gateway.organisation);
const rowsOf = async (alertId: string) => (await hospital()).client.notification.findMany({ where: { alertId }, orderBy: { step: 'asc' } });
/** One look and what it sent; the gateway's own may have been quicker. */
const settled = (alertId: string, state: string) => expect.poll(async () => (await rowsOf(alertId)).map((row) => row.state), { timeout: WAIT_MS }).toEqual([state]);
const withChannel = async (wanted: NewChannel, work: (id: string, signingKey: string | null) => Promise<void>) => {
  const { channel, signingKey } = await addChannel(gateway.deps, admin, wanted);
  try {
    await work(channel.id, signingKey);
  } finally {
    await removeChannel(gateway.deps, admin, channel.id);
  }
};

test('[AL14] a step reaches a webhook signed, under its own id, and says nothing of the patient', async () => {
  await withChannel(hook(), async (_id, signingKey) => {
    const alertId = await raise();
    await settled(alertId, 'sent');
    const [got] = receiver.received;
    const [row] = await rowsOf(alertId);
    expect(got?.headers['idempotency-key']).toBe(row?.id);
    const [, seconds = '', mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(got?.headers['x-readroom-signature'])) ?? [];
    expect(mac).toBe(createHmac('sha256', signingKey ?? '').update(`${seconds}.${got?.body}`).digest('hex'));
    expect(JSON.parse(got?.body ?? '')).toMatchObject({ id: row?.id, alertId, severity: 'critical', finding: 'Intracranial haemorrhage', site: 'North', link: `https://readroom.hospital.test/alerts#${alertId}` });
    expect(JSON.stringify(got)).not.toMatch(/quist|P-77|ACC-1|1950/i);
    expect(await deliveriesOf(gateway.deps, attending, alertId)).toMatchObject([{ channel: 'SMS provider', step: 'primary', state: 'sent', attempts: 1 }]);
  });
});

test('[AL14] a mail goes to the people asked and to fixed addresses, each once; a mailbox that is gone is dead at once', async () => {
  await withChannel({ kind: 'email', name: 'Mail', addresses: ['desk@hospital.test', 'gone@hospital.test', 'busy@hospital.test'], toAsked: true, ...always }, async () => {
    const alertId = await raise();
    await expect.poll(async () => (await rowsOf(alertId)).map(({ recipient, state, lastError }) => [recipient, state, lastError]).toSorted(), { timeout: WAIT_MS }).toEqual([
      ['attending@org-one.test', 'sent', null], ['busy@hospital.test', 'pending', 'smtp-450'], ['desk@hospital.test', 'sent', null], ['gone@hospital.test', 'dead', 'smtp-550'],
    ]);
    const desk = mail.mails.find(({ to }) => to.includes('desk@hospital.test'));
    const row = (await rowsOf(alertId)).find(({ recipient }) => recipient === 'desk@hospital.test');
    expect(desk?.text).toContain(`Message-ID: <${row?.id}@readroom>`);
    expect(desk?.text).toMatch(/Subject: Critical: Intracranial haemorrhage, North \(first call\)/);
    expect(desk?.text).not.toMatch(/quist|P-77|ACC-1/i);
  });
});

test('[AL14] a gateway killed in the middle of a sending: recorded once, sent again by another, under the same id', async () => {
  await withChannel(hook(), async () => {
    receiver.answer(503);
    const alertId = await raise();
    // This gateway's own clock stands still: it has put the message off and does not look at it again.
    await expect.poll(async () => (await rowsOf(alertId)).map(({ attempts, lastError, leasedUntil }) => [attempts, lastError, leasedUntil]), { timeout: WAIT_MS }).toEqual([[1, 'http-503', null]]);
    receiver.answer('hold');
    const other = spawn(process.execPath, [join(import.meta.dirname, '../../main.ts')], { env: { ...process.env, ...env, READROOM_PORT: '0', DATABASE_URL: gateway.db.url, READROOM_LOG_LEVEL: 'fatal' }, stdio: 'ignore' });
    const gone = new Promise((resolve) => other.once('exit', resolve));
    await expect.poll(() => receiver.received.filter(({ body }) => body.includes(alertId)).length, { timeout: 2 * WAIT_MS }).toBeGreaterThanOrEqual(2);
    other.kill('SIGKILL');
    await gone;
    const steps = (await rowsOf(alertId)).map(({ step }) => step);
    expect(new Set(steps).size).toBe(steps.length);
    receiver.answer(200);
    now = Date.now() + LEASE_MS;
    await expect.poll(async () => (await rowsOf(alertId)).find(({ step }) => step === 'primary')?.state, { timeout: WAIT_MS }).toBe('sent');
    const primary = receiver.received.filter(({ body }) => body.includes(alertId) && body.includes('"step":"primary"'));
    expect(primary.length).toBeGreaterThanOrEqual(3);
    expect(new Set(primary.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    await acknowledgeAlert(gateway.deps, attending, alertId);
  });
});

test('[AL14] two looks at one moment send once; a step recorded twice is written once', async () => {
  await withChannel(hook(), async () => {
    const alertId = await raise();
    await Promise.all([1, 2, 3].map(async () => sendDue(gateway.deps, await hospital())));
    await settled(alertId, 'sent');
    now += 2 * MINUTE_MS;
    await Promise.all([1, 2, 3].map(() => escalateHospital(gateway.deps, gateway.organisation)));
    await expect.poll(async () => (await rowsOf(alertId)).map(({ step, state }) => [step, state]), { timeout: WAIT_MS }).toEqual([['backup', 'sent'], ['primary', 'sent']]);
    expect(receiver.received.filter(({ body }) => body.includes(alertId))).toHaveLength(2);
    await acknowledgeAlert(gateway.deps, attending, alertId);
  });
});

test('[AL14] what fails again and again is given up, seen, and sent again on demand; what was acknowledged meanwhile is not sent', async () => {
  await withChannel(hook(), async () => {
    receiver.answer(500);
    const [failing, taken] = [await raise(), await raise()];
    await expect.poll(async () => (await rowsOf(taken))[0]?.attempts, { timeout: WAIT_MS }).toBe(1);
    await acknowledgeAlert(gateway.deps, attending, taken);
    const { client } = await hospital();
    await client.notification.updateMany({ where: { alertId: failing }, data: { attempts: MAX_ATTEMPTS - 1 } });
    now += 6_000;
    await settled(failing, 'dead');
    await settled(taken, 'not-needed');
    const dead = (await viewChannels(gateway.deps, admin)).deliveries.find(({ state }) => state === 'dead' );
    expect(dead).toMatchObject({ channel: 'SMS provider', lastError: 'http-500' });
    expect(await client.auditEvent.count({ where: { action: 'notification.dead' } })).toBeGreaterThan(0);
    receiver.answer(200);
    await sendAgain(gateway.deps, admin, dead!.id);
    await settled(failing, 'sent');
    await expect(sendAgain(gateway.deps, admin, dead!.id)).rejects.toMatchObject({ code: 'not-found' });
    await acknowledgeAlert(gateway.deps, attending, failing);
  });
});

test('[AL14] a redirect is not followed, a private address not reached, and a test goes the same way', async () => {
  await withChannel(hook(), async (id) => {
    receiver.answer(302);
    await testChannel(gateway.deps, admin, id);
    await expect.poll(async () => (await viewChannels(gateway.deps, admin)).deliveries.find(({ isTest }) => isTest)?.state, { timeout: WAIT_MS }).toBe('dead');
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]?.body).toContain('This is a test');
  });
  await withChannel(hook({ url: 'https://169.254.169.254/latest/meta-data' } as Partial<NewChannel>), async (id) => {
    await testChannel(gateway.deps, admin, id);
    await expect.poll(async () => (await viewChannels(gateway.deps, admin)).deliveries.find(({ lastError }) => lastError === 'address-refused')?.state, { timeout: WAIT_MS }).toBe('dead');
  });
});

test('[AL14] no secret of a channel leaves again: not in answers, not in the database, not in the audit', async () => {
  const api = apiClient(gateway.url, (await gateway.signIn('admin')).cookie);
  const { channel, signingKey } = await api.alert.channels.add.mutate(hook());
  await api.alert.channels.add.mutate({ kind: 'pagerduty', name: 'Pager', url: receiver.url, key: 'routing-key-1', ...always });
  await api.alert.channels.switch.mutate({ id: channel.id, enabled: false });
  const { client } = await hospital();
  const everything = JSON.stringify([await api.alert.channels.view.query(), await client.alertChannel.findMany(), await client.auditEvent.findMany({ select: { subject: true } })]);
  for (const secret of ['secret-token', signingKey, 'routing-key-1', PASSWORD]) expect(everything).not.toContain(secret);
  expect((await api.alert.channels.view.query()).channels).toMatchObject([{ name: 'SMS provider', host: expect.stringMatching(/^127\.0\.0\.1:/), enabled: false }, { name: 'Pager' }]);
  for (const row of (await viewChannels(gateway.deps, admin)).channels) await removeChannel(gateway.deps, admin, row.id);
  await expect(switchChannel(gateway.deps, admin, { id: channel.id, enabled: true })).rejects.toMatchObject({ code: 'not-found' });
  await expect(viewChannels(gateway.deps, attending)).rejects.toMatchObject({ code: 'forbidden' });
});
