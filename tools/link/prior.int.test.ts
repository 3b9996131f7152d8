import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { priorsViewSchema, type PriorView } from '@readroom/shared/study/prior-view';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { runTool } from '../../apps/edge-node/src/testing/dcmtk.ts';
import { makeDataSet, makeFile, splitFile, testUid, type ObjectOptions } from '../../apps/edge-node/src/testing/dicom-object.ts';
import { startEdgeProcess, type EdgeProcess } from '../../apps/edge-node/src/testing/edge-process.ts';
import { startPacs, type GivenObject, type Pacs } from '../../apps/edge-node/src/testing/pacs.ts';
import { makeHome } from '../../apps/edge-node/src/testing/test-edge.ts';
import { startTestGateway, type TestGateway } from '../../apps/gateway/src/testing/test-gateway.ts';
import { freePort } from '../services/free-port.ts';

/** A prior's way from the PACS to the screen: DCMTK's archive, the edge node and the gateway, all real. */
const PATIENT: ObjectOptions = { patientId: 'F-100', patientName: 'Synthetic^Prior', modality: 'CT', extra: [[0x00081030, 'LO', 'CT head']] };

let root: string;
let gateway: TestGateway;
let pacs: Pacs;
let edge: EdgeProcess;
let cookie: string;
let given: GivenObject[];
const second = testUid();
const current = testUid();

beforeAll(async () => {
  const nodePort = await freePort();
  [gateway, pacs] = await Promise.all([startTestGateway(), startPacs('dcmqrscp', nodePort)]);
  const [studyUid, seriesUid] = [testUid(), testUid()];
  given = [];
  for (let n = 1; n <= 2; n += 1) given.push(await pacs.give({ ...PATIENT, studyUid, seriesUid, studyDate: '20200102', instanceNumber: n, fill: n }));
  await pacs.give({ ...PATIENT, studyUid: second, studyDate: '20190102' });
  root = makeHome();
  mkdirSync(join(root, 'edge'));
  writeFileSync(join(root, 'node-key'), gateway.nodeKey);
  edge = await startEdgeProcess({ home: join(root, 'edge'), env: { READROOM_GATEWAY_URL: gateway.url, READROOM_DICOM_PORT: String(nodePort), READROOM_PEERS: `PACS@127.0.0.1:${pacs.port}/find+move` } });
  cookie = (await gateway.signIn('attending')).cookie;
  const sopInstanceUid = testUid();
  const file = join(root, 'current.dcm');
  writeFileSync(file, makeFile(makeDataSet({ ...PATIENT, studyUid: current, sopInstanceUid, studyDate: '20260102' }), { sopInstanceUid }));
  expect(await runTool('storescu', ['-aec', 'READROOM', '127.0.0.1', String(nodePort), file])).toMatchObject({ code: 0 });
}, 120_000);
afterAll(async () => {
  await edge.kill('SIGTERM');
  pacs.stop();
  await gateway.stop();
  rmSync(root, { recursive: true, force: true });
});

const client = async () => (await gateway.deps.hospital(gateway.organisation)).client;
const get = (path: string): Promise<Response> => fetch(`${gateway.url}${path}`, { headers: { cookie } });
const studyId = async (): Promise<string> => (await (await client()).study.findUniqueOrThrow({ where: { studyUid: current }, select: { id: true } })).id;

async function prior(studyUid: string): Promise<PriorView | undefined> {
  const { priors } = priorsViewSchema.parse(await (await get(`/api/pacs/studies/${await studyId()}/priors`)).json());
  return priors.find((one) => one.studyUid === studyUid);
}

async function fetchPrior(priorUid: string): Promise<number> {
  const body = JSON.stringify({ studyId: await studyId(), priorUid });
  return (await fetch(`${gateway.url}/trpc/pacs.fetch`, { method: 'POST', headers: { cookie, 'content-type': 'application/json' }, body })).status;
}

test('[PS3] a prior is fetched, opens with the very bytes of the PACS, and is on no list; of one that cannot be fetched it is said why', { timeout: 60_000 }, async () => {
  const [first] = given;
  await vi.waitFor(async () => expect(await prior(first!.studyUid)).toMatchObject({ images: 'at-pacs', source: 'PACS' }), { timeout: 20_000, interval: 100 });
  expect(await fetchPrior(first!.studyUid)).toBe(200);
  await vi.waitFor(async () => expect(await prior(first!.studyUid)).toMatchObject({ images: 'at-node', imagesHere: 2, problem: null }), { timeout: 20_000, interval: 100 });

  const db = await client();
  const [series] = await db.series.findMany({ where: { study: { studyUid: first!.studyUid } } });
  for (const { sopInstanceUid, dataSet } of given) {
    const response = await fetch(`${gateway.url}/dicomweb/studies/${first!.studyUid}/series/${series!.seriesUid}/instances/${sopInstanceUid}`, { headers: { cookie, accept: 'application/dicom' } });
    expect(splitFile(Buffer.from(await response.arrayBuffer())).dataSet.equals(dataSet), sopInstanceUid).toBe(true);
  }
  const actions = await db.auditEvent.findMany({ where: { subject: { path: ['studyUid'], equals: first!.studyUid } }, select: { action: true } });
  expect(new Set(actions.map(({ action }) => action))).toEqual(new Set(['prior.fetch', 'prior.received', 'prior.fetched', 'image.view']));
  expect(await db.worklistItem.findMany({ where: { live: true }, select: { studyUid: true } })).toEqual([{ studyUid: current }]);
  expect([await db.imageAnalysis.count({ where: { study: { studyUid: first!.studyUid } } }), await db.alert.count()]).toEqual([0, 0]);

  pacs.stop();
  expect(await fetchPrior(second)).toBe(200);
  await vi.waitFor(async () => expect(await prior(second)).toMatchObject({ images: 'at-pacs', problem: expect.stringMatching(/^PACS: could not be asked to send the study\..*ECONNREFUSED.*tell hospital IT/) }), { timeout: 20_000, interval: 100 });
  const metrics = await (await fetch(`http://127.0.0.1:${edge.consolePort}/metrics`)).text();
  expect(metrics).toMatch(/readroom_edge_pacs_requests_total\{service="move",outcome="ok"\} 1/);
  expect(metrics).toMatch(/readroom_edge_pacs_requests_total\{service="move",outcome="association-lost"\} 1/);
  expect(z.string().parse(edge.log())).not.toMatch(/Synthetic|F-100/);
});
