import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway } from '../../testing/test-gateway.ts';
import type { TestGateway } from '../../testing/test-gateway.ts';
import { openAlerts } from '../list.ts';
import { bleed, head, openBrowser } from '../testing/bleeding.ts';
import type { Browser } from '../testing/bleeding.ts';

let gateway: TestGateway;
let alertId: string;
let browser: Browser;
beforeAll(async () => {
  gateway = await startTestGateway({ hospitals: ['one', 'two'] });
  const [message] = await head().tell(gateway, [bleed()]);
  alertId = message!.alert.id;
  browser = await openBrowser(gateway.url, (await gateway.signIn('resident')).cookie);
});
afterAll(async () => {
  browser.close();
  await gateway.stop();
});

const prove = (step: string, from = browser): Promise<unknown> => from.socket.emitWithAck('rt:proof', { alertId, step, at: 1_800_000_000_000 });

test('[AL2] delivered, painted and sounded are recorded once for each person, with both clocks', async () => {
  for (const step of ['delivered', 'painted', 'sounded']) {
    expect(await prove(step)).toEqual({ ok: true, outcome: 'recorded' });
    expect(await prove(step)).toEqual({ ok: true, outcome: 'duplicate' });
  }
  const { member } = await gateway.signIn('resident');
  const { client } = await gateway.deps.hospital(gateway.organisation);
  const painted = await client.alertEvent.findMany({ where: { alertId, step: 'painted' } });
  expect(painted).toMatchObject([{ by: member.userId, detail: { name: member.name, browserAt: 1_800_000_000_000 } }]);
  expect(Math.abs(painted[0]!.at.getTime() - Date.now())).toBeLessThan(60_000);

  const second = await openBrowser(gateway.url, (await gateway.signIn('attending')).cookie);
  expect(await prove('painted', second)).toEqual({ ok: true, outcome: 'recorded' });
  second.close();
  const [alert] = await openAlerts(gateway.deps, member);
  expect(alert!.proof.filter(({ step }) => step === 'painted').map(({ by }) => by)).toEqual(['Test resident', 'Test attending']);
  expect(alert!.state).toBe('open');
});

test('[AL2] what no browser can have done, and what is no report, is refused', async () => {
  expect(await prove('emitted')).toEqual({ ok: false, code: 'bad-input' });
  expect(await browser.socket.emitWithAck('rt:proof', 'painted')).toEqual({ ok: false, code: 'bad-input' });
  expect(await browser.socket.emitWithAck('rt:proof', { alertId: crypto.randomUUID(), step: 'painted', at: 1 })).toEqual({ ok: false, code: 'not-found' });
});

test('[TN1] a reader of another hospital proves nothing here', async () => {
  const stranger = await openBrowser(gateway.url, (await gateway.signIn('attending', 'org-two')).cookie);
  expect(await prove('sounded', stranger)).toEqual({ ok: false, code: 'not-found' });
  expect(stranger.heard).toEqual([]);
  stranger.close();
});

test('a browser that floods is cut to a rate, and is told so', async () => {
  const flooding = await openBrowser(gateway.url, (await gateway.signIn('admin')).cookie);
  const answers = await Promise.all(Array.from({ length: 400 }, () => prove('painted', flooding)));
  flooding.close();
  expect(answers.filter((answer) => (answer as { code?: string }).code === 'too-many-requests').length).toBeGreaterThan(0);
  const { client } = await gateway.deps.hospital(gateway.organisation);
  expect(await client.alertEvent.count({ where: { alertId, step: 'painted', detail: { path: ['name'], equals: 'Test admin' } } })).toBe(1);
});
