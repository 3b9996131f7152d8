import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
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

/** Moved by the tests, read by every gateway. */
let now = Date.now();
const clock = (): number => now;
let db: TestDb;
let redis: Awaited<ReturnType<typeof startRedis>>;
/** Two gateways of one hospital, with Redis between them. */
let one: TestGateway;
let two: TestGateway;
const ends: (() => unknown)[] = [];
const browsers: Browser[] = [];

beforeAll(async () => {
  [redis, db] = await Promise.all([startRedis(), createTestDb()]);
  one = await startTestGateway({ db, clock, env: { REDIS_URL: redis.url } });
  two = await startTestGateway({ db, clock, env: { REDIS_URL: redis.url } });
}, 120_000);
afterEach(async () => {
  for (const browser of browsers.splice(0)) browser.close();
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(async () => {
  await two.stop();
  await one.stop();
  await db.close();
  await redis.stop();
});

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
  const alertId = await raise(one);
  now += 5 * MINUTE_MS;
  await Promise.all([one, two, one, two, one, two].map((each) => escalateHospital(each.deps, each.organisation)));
  expect(await stepsOf(one, alertId)).toEqual(['backup', 'end', 'primary']);
  now += 5 * MINUTE_MS;
  await Promise.all([one, two].map((each) => escalateHospital(each.deps, each.organisation)));
  expect(await stepsOf(one, alertId)).toEqual(['backup', 'end', 'end:1', 'primary']);
  const alert = await (await one.deps.hospital(one.organisation)).client.alert.findUniqueOrThrow({ where: { id: alertId } });
  expect(alert).toMatchObject({ state: 'open', level: 'end' });
});

test('[AL3] primary, backup and end reach the browser in turn, each under its key', async () => {
  const browser = await browse(one);
  const alertId = await raise(one);
  await browser.until(({ step }) => step?.key === `${alertId}:primary`);
  now += 2 * MINUTE_MS;
  await lookOnce(one.deps);
  expect(await browser.until(({ step }) => step?.key === `${alertId}:backup`)).toMatchObject({ step: { level: 'backup', roles: ['attending'] } });
  now += 3 * MINUTE_MS;
  await lookOnce(one.deps);
  expect(await browser.until(({ step }) => step?.key === `${alertId}:end`)).toMatchObject({ step: { level: 'end', roles: ['resident', 'attending', 'admin'] } });
});

test('[AL3] an acknowledgement ends the climb', async () => {
  const alertId = await raise(one);
  const { member } = await one.signIn('attending');
  await acknowledgeAlert(one.deps, member, alertId);
  now += 60 * MINUTE_MS;
  await lookOnce(one.deps);
  expect(await stepsOf(one, alertId)).toEqual(['primary']);
});

test('[AL4] what fell due while every gateway was down is recorded by the next one, and a browser that opens is called', async () => {
  const own = await createTestDb();
  ends.push(() => own.close());
  const first = await startTestGateway({ db: own, clock });
  const alertId = await raise(first);
  await first.stop();
  now += 20 * MINUTE_MS;
  const second = await startTestGateway({ db: own, clock });
  ends.push(() => second.stop());
  await lookOnce(second.deps);
  expect(await stepsOf(second, alertId)).toEqual(['backup', 'end', 'end:3', 'primary']);
  const browser = await browse(second);
  expect(await browser.until(({ alert }) => alert.id === alertId)).toMatchObject({ step: { key: `${alertId}:end:3` }, alert: { state: 'open', level: 'end' } });
});

test('[AL4] a browser that was away is told every open alert when it comes back', async () => {
  const browser = await browse(one);
  browser.close();
  const ids = [await raise(one), await raise(one)];
  browser.socket.connect();
  for (const id of ids) await browser.until(({ alert }) => alert.id === id);
});

test('[AL4] an alert raised through one gateway is heard at another, and without Redis too', async () => {
  const there = await browse(two);
  const first = await raise(one);
  await there.until(({ alert, step }) => alert.id === first && step?.level === 'primary');

  const apart = await startTestGateway({ db, clock });
  ends.push(() => apart.stop());
  const second = await raise(apart);
  await there.until(({ alert, step }) => alert.id === second && step?.level === 'primary');
});

test('[AL4] losing Redis loses no alert', async () => {
  const lost = await startRedis();
  const gateway = await startTestGateway({ db, clock, env: { REDIS_URL: lost.url } });
  ends.push(() => gateway.stop());
  const browser = await browse(gateway);
  await lost.stop();
  const alertId = await raise(gateway);
  await browser.until(({ alert }) => alert.id === alertId);
});

test('[AL2] a step is emitted once a browser was there to hear it, not before', async () => {
  const alertId = await raise(one);
  const { client } = await one.deps.hospital(one.organisation);
  const emitted = () => client.alertEvent.count({ where: { alertId, step: 'emitted' } });
  expect(await emitted()).toBe(0);
  const browser = await browse(one);
  await browser.until(({ alert }) => alert.id === alertId);
  await expect.poll(emitted).toBe(1);
});

test('IT is told nothing of alerts', async () => {
  const [reader, it] = [await browse(one), await browse(one, 'it')];
  const alertId = await raise(one);
  await reader.until(({ alert }) => alert.id === alertId);
  // A round trip on the same socket: whatever had been sent before it would have arrived.
  expect(await it.socket.emitWithAck('rt:proof', { alertId, step: 'painted', at: now })).toEqual({ ok: false, code: 'not-found' });
  expect(it.heard).toEqual([]);
});

test('the age and number of open alerts are measured', async () => {
  await raise(one);
  now += 90_000;
  await lookOnce(one.deps);
  const text = await one.deps.metrics.registry.metrics();
  const value = (line: RegExp): number => Number(line.exec(text)?.[1]);
  const { client } = await one.deps.hospital(one.organisation);
  expect(value(/^readroom_alerts_open\{severity="critical"\} (\S+)$/m)).toBe(await client.alert.count({ where: { state: 'open' } }));
  expect(value(/^readroom_alert_oldest_open_seconds\{severity="critical"\} (\S+)$/m)).toBeGreaterThanOrEqual(90);
});
