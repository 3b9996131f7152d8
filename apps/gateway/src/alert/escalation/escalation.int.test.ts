import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDb } from '@readroom/db/testing';
import type { TestDb } from '@readroom/db/testing';
import { MINUTE_MS } from '@readroom/shared/clock';
import { startRedis } from '../../../../../tools/services/redis.ts';
import { startTestGateway } from '../../testing/test-gateway.ts';
import type { TestGateway } from '../../testing/test-gateway.ts';
import { acknowledgeAlert } from '../acknowledge.ts';
import { bleed, head, openBrowser } from '../testing/bleeding.ts';
import type { Browser } from '../testing/bleeding.ts';
import { escalateHospital } from './escalate.ts';
import { lookOnce } from './loop.ts';

let now = 0;
const clock = (): number => now;
let db: TestDb;
let redis: Awaited<ReturnType<typeof startRedis>>;
let gateways: TestGateway[] = [];
let browsers: Browser[] = [];

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  now = Date.now();
  db = await createTestDb();
});
afterEach(async () => {
  for (const browser of browsers) browser.close();
  for (const gateway of gateways) await gateway.stop();
  gateways = [];
  browsers = [];
  await db.close();
});

async function start(env: Record<string, string> = {}): Promise<TestGateway> {
  const gateway = await startTestGateway({ db, clock, env });
  gateways.push(gateway);
  return gateway;
}

async function browse(gateway: TestGateway, role: 'resident' | 'attending' | 'it' = 'attending'): Promise<Browser> {
  const browser = await openBrowser(gateway.url, (await gateway.signIn(role)).cookie);
  browsers.push(browser);
  return browser;
}

async function raise(gateway: TestGateway): Promise<string> {
  const [message] = await head().tell(gateway, [bleed()]);
  return message!.alert.id;
}

async function stepsOf(gateway: TestGateway, alertId: string): Promise<string[]> {
  const { client } = await gateway.deps.hospital(gateway.organisation);
  const events = await client.alertEvent.findMany({ where: { alertId, step: 'escalated' }, orderBy: { key: 'asc' } });
  return events.map((event) => event.key);
}

test('[AL3] two gateways that look at the same moment record each step once', async () => {
  const [one, two] = [await start(), await start()];
  const alertId = await raise(one);
  now += 5 * MINUTE_MS;
  await Promise.all([one, two, one, two, one, two].map((gateway) => escalateHospital(gateway.deps, gateway.organisation)));
  expect(await stepsOf(one, alertId)).toEqual(['backup', 'end', 'primary']);
  now += 5 * MINUTE_MS;
  await Promise.all([one, two].map((gateway) => escalateHospital(gateway.deps, gateway.organisation)));
  expect(await stepsOf(one, alertId)).toEqual(['backup', 'end', 'end:1', 'primary']);
  const alert = await (await one.deps.hospital(one.organisation)).client.alert.findUniqueOrThrow({ where: { id: alertId } });
  expect(alert).toMatchObject({ state: 'open', level: 'end' });
});

test('[AL3] primary, backup and end reach the browser in turn, each under its key', async () => {
  const gateway = await start();
  const browser = await browse(gateway);
  const alertId = await raise(gateway);
  await browser.until(({ step }) => step?.key === `${alertId}:primary`);
  now += 2 * MINUTE_MS;
  await lookOnce(gateway.deps);
  expect(await browser.until(({ step }) => step?.key === `${alertId}:backup`)).toMatchObject({ step: { level: 'backup', roles: ['attending'] } });
  now += 3 * MINUTE_MS;
  await lookOnce(gateway.deps);
  expect(await browser.until(({ step }) => step?.key === `${alertId}:end`)).toMatchObject({ step: { level: 'end', roles: ['resident', 'attending', 'admin'] } });
});

test('[AL3] an acknowledgement ends the climb', async () => {
  const gateway = await start();
  const alertId = await raise(gateway);
  const { member } = await gateway.signIn('attending');
  await acknowledgeAlert(gateway.deps, member, alertId, { to: 'Dr Ward', how: 'phone', at: now, readBack: true, note: '' });
  now += 60 * MINUTE_MS;
  await lookOnce(gateway.deps);
  expect(await stepsOf(gateway, alertId)).toEqual(['primary']);
});

test('[AL4] what fell due while every gateway was down is recorded by the next one, and a browser that opens is called', async () => {
  const first = await start();
  const alertId = await raise(first);
  await first.stop();
  now += 20 * MINUTE_MS;
  const second = await start();
  await lookOnce(second.deps);
  expect(await stepsOf(second, alertId)).toEqual(['backup', 'end', 'end:3', 'primary']);
  const browser = await browse(second);
  expect(await browser.until(({ alert }) => alert.id === alertId)).toMatchObject({ step: { key: `${alertId}:end:3` }, alert: { state: 'open', level: 'end' } });
});

test('[AL4] a browser that was away is told every open alert when it comes back', async () => {
  const gateway = await start();
  const browser = await browse(gateway);
  browser.close();
  const ids = [await raise(gateway), await raise(gateway)];
  browser.socket.connect();
  for (const id of ids) await browser.until(({ alert }) => alert.id === id);
});

test('[AL4] an alert raised through one gateway is heard at another, with Redis and without', async () => {
  const [one, two] = [await start({ REDIS_URL: redis.url }), await start({ REDIS_URL: redis.url })];
  const there = await browse(two);
  const alertId = await raise(one);
  await there.until(({ alert, step }) => alert.id === alertId && step?.level === 'primary');

  const [alone, other] = [await start(), await start()];
  const elsewhere = await browse(other);
  const second = await raise(alone);
  await elsewhere.until(({ alert, step }) => alert.id === second && step?.level === 'primary');
});

test('[AL4] losing Redis loses no alert', async () => {
  const own = await startRedis();
  const gateway = await start({ REDIS_URL: own.url });
  const browser = await browse(gateway);
  await own.stop();
  const alertId = await raise(gateway);
  await browser.until(({ alert }) => alert.id === alertId);
});

test('[AL2] a step is emitted once a browser was there to hear it, not before', async () => {
  const gateway = await start();
  const alertId = await raise(gateway);
  const { client } = await gateway.deps.hospital(gateway.organisation);
  const emitted = () => client.alertEvent.count({ where: { alertId, step: 'emitted' } });
  expect(await emitted()).toBe(0);
  const browser = await browse(gateway);
  await browser.until(({ alert }) => alert.id === alertId);
  await expect.poll(emitted).toBe(1);
});

test('IT is told nothing of alerts', async () => {
  const gateway = await start();
  const [reader, it] = [await browse(gateway), await browse(gateway, 'it')];
  const alertId = await raise(gateway);
  await reader.until(({ alert }) => alert.id === alertId);
  // A round trip on the same socket: whatever had been sent before it would have arrived.
  expect(await it.socket.emitWithAck('rt:proof', { alertId, step: 'painted', at: now })).toEqual({ ok: false, code: 'not-found' });
  expect(it.heard).toEqual([]);
});

test('the age and number of open alerts are measured', async () => {
  const gateway = await start();
  await raise(gateway);
  now += 90_000;
  await lookOnce(gateway.deps);
  const text = await gateway.deps.metrics.registry.metrics();
  expect(text).toContain('readroom_alerts_open{severity="critical"} 1');
  expect(text).toContain('readroom_alert_oldest_open_seconds{severity="critical"} 90');
});
