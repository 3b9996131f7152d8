import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { createTestDb, type TestDb } from '@readroom/db/testing';
import { lanActor } from '@readroom/shared/alert/hospital-page';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { lan } from '../../apps/edge-node/src/cli/lan.ts';
import { startEdgeProcess, type EdgeProcess } from '../../apps/edge-node/src/testing/edge-process.ts';
import { httpsClient, type HttpsClient } from '../../apps/edge-node/src/testing/https-client.ts';
import { makeTestCa } from '../../apps/edge-node/src/testing/test-ca.ts';
import { makeHome } from '../../apps/edge-node/src/testing/test-edge.ts';
import { makeTestIdentity } from '../../apps/edge-node/src/testing/test-identity.ts';
import { CASES } from '../phantom/cases.ts';
import { makeDemoStudies } from '../phantom/make-studies.ts';
import { sendFolder } from '../send-study/send-folder.ts';
import { freePort } from '../services/free-port.ts';
import { startMailServer } from '../../apps/gateway/src/alert/notify/testing/receivers.ts';
import { spawnGateway, type GatewayProcess } from './gateway-process.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

/** The whole of law AL7 with nothing left out: a gateway and an edge node in processes of their own, PostgreSQL, and a cable between them that can be pulled. */
let root: string;
let ca: string;
let db: TestDb;
let gateway: GatewayProcess;
let cable: Cable;
let edge: EdgeProcess;
let nodeId: string;
let mail: Awaited<ReturnType<typeof startMailServer>>;

/** A large bleed on few slices: what is tested comes after it was found. */
const BLEED = CASES.slice(0, 1).map((one) => (one.anatomy.kind === 'head-ct' ? { ...one, anatomy: { ...one.anatomy, slices: 10 } } : one));

interface Cable {
  readonly port: number;
  cut(): void;
  mend(): void;
  close(): void;
}

/** Passes bytes on to the gateway; cut, it ends every connection and takes no other. */
async function layCable(to: number): Promise<Cable> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server: Server = createServer((socket) => {
    if (isCut) return void socket.destroy();
    const onward = connect(to, '127.0.0.1');
    for (const [one, other] of [[socket, onward], [onward, socket]] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => undefined);
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const drop = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      isCut = true;
      drop();
    },
    mend: () => void (isCut = false),
    close() {
      drop();
      server.close();
    },
  };
}

const edgeHome = (): string => join(root, 'edge');

async function startNode(): Promise<EdgeProcess> {
  return startEdgeProcess({
    home: edgeHome(),
    env: {
      READROOM_GATEWAY_URL: `http://127.0.0.1:${cable.port}`, READROOM_NODE_KEY_FILE: join(root, 'own.key'), READROOM_MODELS_DIR: join(root, 'models'),
      READROOM_LAN_HOST: '127.0.0.1', READROOM_LAN_PORT: '0', READROOM_LAN_CERT_FILE: join(root, 'node.pem'), READROOM_LAN_KEY_FILE: join(root, 'node.key'), READROOM_LAN_AFTER_SECONDS: '1',
      READROOM_SMTP_URL_FILE: join(root, 'smtp'), READROOM_LAN_MAIL_TO: 'duty@north.example',
    },
  });
}

beforeAll(async () => {
  root = makeHome();
  mkdirSync(edgeHome(), { mode: 0o700 });
  writeFileSync(join(root, 'secret'), randomBytes(48).toString('base64'));
  cpSync(resolve(import.meta.dirname, '../../models/head_ct'), join(root, 'models', 'head_ct'), { recursive: true });
  mail = await startMailServer('secret');
  writeFileSync(join(root, 'smtp'), mail.url, { mode: 0o600 });
  const authority = makeTestCa(root, 'hospital');
  authority.issue('node');
  ca = authority.cert;
  const port = await freePort();
  db = await createTestDb();
  const { organisationId } = await db.hospital('one');
  const { key } = makeTestIdentity(join(root, 'own.key'));
  ({ id: nodeId } = await db.control.edgeNode.create({ data: { organisationId, name: 'CT basement', keyHash: key.keyId, publicKey: key.publicKey } }));
  gateway = await spawnGateway({ port, databaseUrl: db.url, authSecretFile: join(root, 'secret') });
  cable = await layCable(port);
  edge = await startNode();
});
afterAll(async () => {
  await edge.kill('SIGKILL');
  cable.close();
  await gateway.kill();
  await mail.stop();
  await db.close();
  rmSync(root, { recursive: true, force: true });
});

const client = async () => (await db.hospital('one')).client;
const WAIT = { timeout: 60_000, interval: 100 };
const stateSchema = z.object({
  active: z.boolean(),
  cloud: z.object({ reachable: z.boolean() }),
  alerts: z.array(z.object({ studyUid: z.string(), code: z.string(), side: z.string(), label: z.string(), acknowledged: z.object({ name: z.string(), at: z.number() }).nullable() })),
  studies: z.array(z.object({ studyUid: z.string(), tier: z.number(), name: z.string() })),
});

async function signIn(): Promise<HttpsClient> {
  const page = httpsClient(edge.lanPort, ca);
  let current = '';
  await lan.run(['add-user', 'ada', 'Ada', 'Quist'], { env: { READROOM_EDGE_HOME: edgeHome() }, say: (line) => (current ||= /shown once: (\S+)/.exec(line)?.[1] ?? '') });
  await page.post('/api/sign-in', { account: 'ada', password: current });
  expect((await page.post('/api/password', { current, next: 'correct-horse-battery' })).status).toBe(200);
  return page;
}

const look = async (page: HttpsClient) => stateSchema.parse((await page.get('/api/state')).body);

test('[AL7] the link is cut, a bleed comes, somebody acknowledges on the LAN, the link is back: one alert with one acknowledgement', async () => {
  const page = await signIn();
  await vi.waitFor(async () => expect(await look(page)).toMatchObject({ active: false, cloud: { reachable: true }, studies: [] }), WAIT);
  cable.cut();
  await vi.waitFor(async () => expect(await look(page)).toMatchObject({ active: true, cloud: { reachable: false }, alerts: [] }), WAIT);

  const [study] = await makeDemoStudies(join(root, 'studies'), { seed: 'lan', now: new Date(), cases: BLEED });
  const { failed } = await sendFolder({ folder: study!.folder, host: '127.0.0.1', port: edge.dicomPort, calledAeTitle: 'READROOM', callingAeTitle: 'CT1' });
  expect(failed).toEqual([]);
  const rung = await vi.waitFor(async () => {
    const state = await look(page);
    expect(state.alerts).toHaveLength(1);
    return state;
  }, WAIT);
  expect(rung).toMatchObject({ alerts: [{ studyUid: study!.studyUid, code: 'intracranial-haemorrhage', acknowledged: null }], studies: [{ studyUid: study!.studyUid, tier: 0, name: 'Lindqvist, Åsa' }] });

  await vi.waitFor(() => expect(mail.mails).toHaveLength(1), WAIT);
  expect(mail.mails[0]).toMatchObject({ to: ['duty@north.example'], text: expect.stringMatching(/Subject: Critical: Intracranial haemorrhage, edge node READROOM/) });
  expect(mail.mails[0]?.text).not.toMatch(/Lindqvist|Åsa|RR-00/);
  const [{ studyUid, code, side }] = rung.alerts as [(typeof rung.alerts)[number]];
  const from = Date.now();
  expect((await page.post('/api/acknowledge', { studyUid, code, side, said: null })).status).toBe(200);
  const until = Date.now();
  expect(await page.post('/api/acknowledge', { studyUid, code, side, said: null })).toMatchObject({ status: 409, body: { message: expect.stringContaining('Ada Quist has acknowledged') } });
  const said = { outcome: 'told', name: 'Dr Ward', role: 'covering-clinician', means: 'telephone', at: Date.now(), words: 'Large bleed', readBack: true, reason: '' };
  expect((await page.post('/api/acknowledge', { studyUid, code, side, said: { ...said, words: '' } })).status).toBe(400);
  expect((await page.post('/api/acknowledge', { studyUid, code, side, said })).status).toBe(200);
  expect((await look(page)).alerts).toMatchObject([{ acknowledged: { name: 'Ada Quist' } }]);
  expect(await (await client()).alert.count()).toBe(0);

  cable.mend();
  await vi.waitFor(async () => expect(await (await client()).alertCommunication.count()).toBe(1), WAIT);
  const alerts = await (await client()).alert.findMany({ include: { events: { orderBy: { at: 'asc' } }, communications: true, notifications: true } });
  expect(alerts).toMatchObject([{ findingCode: code, state: 'closed', acknowledgedBy: lanActor(nodeId, 'ada'), acknowledgedName: 'Ada Quist', notifications: [], communications: [{ toldName: 'Dr Ward', byName: 'Ada Quist' }] }]);
  // The time of the act, and nobody was called for it.
  const at = alerts[0]!.acknowledgedAt!.getTime();
  expect([at >= from - 1_000, at <= until + 1_000]).toEqual([true, true]);
  expect(alerts[0]!.events.map(({ step }) => step).sort()).toEqual(['acknowledged', 'raised']);
  await vi.waitFor(async () => expect((await (await client()).edgeMessage.groupBy({ by: ['type'], _count: true })).map(({ type }) => type)).toEqual(expect.arrayContaining(['study-analysed', 'alert-acknowledged', 'lan-audit'])), WAIT);
  const audited = await (await client()).auditEvent.findMany({ where: { actor: lanActor(nodeId, 'ada') }, select: { action: true } });
  expect(audited.map(({ action }) => action).sort()).toEqual(['alert.acknowledge', 'alert.acknowledge-at-node', 'alert.communicate', 'hospital-page.password', 'hospital-page.sign-in', 'hospital-page.view']);
  const status = await fetch(`http://127.0.0.1:${edge.consolePort}/api/status`);
  expect(await status.json()).toMatchObject({ lan: { port: edge.lanPort, users: 1 }, critical: { open: 0, deadMails: 0 } });
  expect(mail.mails).toHaveLength(1);
});
