import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { freePort } from '../../../../../tools/services/free-port.ts';
import { runTool } from '../../testing/dcmtk.ts';
import type { ToolResult } from '../../testing/dcmtk.ts';
import { splitFile } from '../../testing/dicom-object.ts';
import { connectRaw } from '../../testing/raw-scu.ts';
import { runCli } from '../../testing/run-cli.ts';
import { sample } from '../../testing/samples.ts';
import { makeTestCa } from '../../testing/test-ca.ts';
import type { Pair, TestCa } from '../../testing/test-ca.ts';
import { makeHome, startTestEdge } from '../../testing/test-edge.ts';
import type { TestEdge } from '../../testing/test-edge.ts';
import { until } from '../../testing/until.ts';
import { readDicomFile } from '../header/part10-file.ts';
import type { AllowPolicy } from '../admission/allow-list.ts';
import { readCredentials } from './credentials.ts';
import type { TlsFiles } from './credentials.ts';
import { handshakeFault } from './handshake-fault.ts';
import { keepCredentials } from './keeper.ts';
import type { CredentialKeeper } from './keeper.ts';

let root: string;
let ca: TestCa;
let node: Pair;
let modality: Pair;
let stranger: Pair;
let edge: TestEdge;
let keeper: CredentialKeeper;
const faults: string[] = [];
const ALLOW: AllowPolicy = { callers: ['CT1', 'ORTHANC', 'READROOM', 'RAW'].map((aeTitle) => ({ aeTitle, network: null })), addresses: [] };
const IMAGE = sample('ts_ct/CTImage_1.2.840.10008.1.2.1.dcm');

beforeAll(async () => {
  root = makeHome();
  ca = makeTestCa(root, 'hospital');
  node = ca.issue('node');
  modality = ca.issue('modality');
  stranger = makeTestCa(root, 'elsewhere').issue('stranger');
  keeper = keepCredentials(filesOf(node), (error) => faults.push(error.message));
  edge = await startTestEdge({ limits: { artimMs: 400 }, maxAssociations: 2, allow: ALLOW, tls: { port: 0, credentials: keeper, requireCertificate: true } });
});
afterAll(async () => {
  await edge.remove();
  rmSync(root, { recursive: true, force: true });
});

const filesOf = ({ cert, key }: Pair): TlsFiles => ({ certFile: cert, keyFile: key, caFile: ca.cert });

/** A DCMTK program with its own certificate; it believes the CA of the hospital. */
function call(tool: 'echoscu' | 'storescu', who: Pair, more: readonly string[] = [], files: readonly string[] = []): Promise<ToolResult> {
  return runTool(tool, ['-aet', 'CT1', '-aec', 'READROOM', '+tls', who.key, who.cert, '+cf', ca.cert, ...more, '127.0.0.1', String(edge.tlsPort), ...files]);
}

async function lastFault(): Promise<string> {
  const fault = await until('a failed handshake', () => edge.handshakes.at(-1));
  edge.handshakes.length = 0;
  return fault;
}

test('a modality with a certificate of the hospital’s CA sends over TLS, bit for bit', async () => {
  expect(await call('echoscu', modality)).toMatchObject({ code: 0 });
  const { code, output } = await call('storescu', modality, ['-R', '-xe', '+sd'], [sample('ct_series_head_ge'), IMAGE]);
  expect({ code, output }).toMatchObject({ code: 0 });
  const reading = await readDicomFile(IMAGE);
  if ('problem' in reading) throw new Error(reading.problem);
  expect(splitFile(await edge.intake.store.read(reading.sopInstanceUid)).dataSet.equals(splitFile(readFileSync(IMAGE)).dataSet)).toBe(true);
  expect(edge.intake.store.instanceCount()).toBe(29);
  expect(edge.handshakes).toEqual([]);
});

test('[ED6][ED7] over TLS too only those who are named get an association, and one list of places is for both ports', async () => {
  const unknown = await runTool('echoscu', ['-aet', 'CT9', '-aec', 'READROOM', '+tls', modality.key, modality.cert, '+cf', ca.cert, '127.0.0.1', String(edge.tlsPort)]);
  expect(unknown.output).toMatch(/Calling AE Title Not Recognized/);
  const raws = [await connectRaw(edge.port), await connectRaw(edge.port)];
  for (const raw of raws) expect(await raw.associate()).toMatchObject({ type: 'associate-accept' });
  expect((await call('echoscu', modality)).output).toMatch(/Local Limit Exceeded/);
  for (const raw of raws) await raw.release();
});

test('[ED7] a certificate of another CA, and none, get no association; IT reads why and what to do', async () => {
  expect((await call('echoscu', stranger)).code).not.toBe(0);
  expect(await lastFault()).toMatch(/^untrusted: .*not vouched for.*add its CA to READROOM_DICOM_TLS_CA_FILE/);
  const none = await runTool('echoscu', ['-aet', 'CT1', '-aec', 'READROOM', '+tla', '-ic', '127.0.0.1', String(edge.tlsPort)]);
  expect(none.code).not.toBe(0);
  expect(await lastFault()).toMatch(/^no-certificate: .*Give it a certificate of the CA/);
});

test('a sender whose certificate is out of its time, and one that does not accept ours, are told apart', async () => {
  expect((await call('echoscu', ca.issue('old', -1))).code).not.toBe(0);
  expect(await lastFault()).toMatch(/^expired: .*Renew it at the sender/);
  await runTool('echoscu', ['-aet', 'CT1', '-aec', 'READROOM', '+tls', modality.key, modality.cert, '+cf', stranger.cert, '127.0.0.1', String(edge.tlsPort)]);
  expect(await lastFault()).toMatch(/^not-trusting-us: .*Enter the CA/);
});

function handshakeOf(...args: string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = execFile('openssl', ['s_client', '-connect', `127.0.0.1:${edge.tlsPort}`, '-cert', modality.cert, '-key', modality.key, ...args], (_error, out) => resolve(out));
    child.stdin?.end();
  });
}

test('TLS 1.1, suites outside the profile and plain DICOM are refused; TLS 1.2 and 1.3 with the profile’s suites are not', async () => {
  expect(await handshakeOf('-tls1_1', '-cipher', 'ALL:@SECLEVEL=0')).toMatch(/Cipher is \(NONE\)/);
  expect(await lastFault()).toMatch(/^old-protocol: /);
  expect(await handshakeOf('-tls1_2', '-cipher', 'AES128-GCM-SHA256')).toMatch(/Cipher is \(NONE\)/);
  expect(await lastFault()).toMatch(/^no-cipher: /);
  for (const suite of ['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES256-GCM-SHA384']) expect(await handshakeOf('-tls1_2', '-cipher', suite)).toContain(`Cipher is ${suite}`);
  expect(await handshakeOf('-tls1_3')).toContain('New, TLSv1.3, Cipher is TLS_AES_128_GCM_SHA256');
  const raw = await connectRaw(edge.tlsPort);
  raw.associate().catch(() => undefined);
  await until('the connection’s end', () => raw.closed());
  expect(await lastFault()).toMatch(/^not-tls: .*Switch TLS on at the sender/);
});

test('a handshake that does not begin ends in time, one cut short is counted, and what is one too many is dropped and counted', async () => {
  const silent = connect({ host: '127.0.0.1', port: edge.tlsPort });
  expect(await lastFault()).toMatch(/^timed-out: /);
  silent.destroy();
  const before = edge.dropped();
  const sockets = Array.from({ length: 6 }, () => connect({ host: '127.0.0.1', port: edge.tlsPort }).on('error', () => undefined));
  await until('a dropped connection', () => edge.dropped() > before);
  sockets.forEach((socket) => socket.destroy());
  expect(await lastFault()).toMatch(/^hung-up: /);
  await until('a free place', async () => (await call('echoscu', modality)).code === 0);
});

test('a certificate that is replaced on the disk is shown to the next sender; one that is no good is not, and is told', async () => {
  const shown = async (): Promise<string> => /subject=.*CN ?= ?(\w+)/.exec(await handshakeOf())?.[1] ?? '';
  expect(await shown()).toBe('node');
  const renewed = ca.issue('renewed');
  copyFileSync(renewed.cert, `${node.cert}.new`);
  renameSync(`${node.cert}.new`, node.cert);
  expect(await shown()).toBe('node');
  expect(faults).toEqual([expect.stringMatching(/does not belong to the key/)]);
  expect(keeper.fault()).toMatch(/does not belong to the key/);
  copyFileSync(renewed.key, `${node.key}.new`);
  renameSync(`${node.key}.new`, node.key);
  expect(await shown()).toBe('renewed');
  expect(keeper.fault()).toBeNull();
});

test('files that cannot be used are each said in one sentence', () => {
  const bad = (files: Partial<TlsFiles>): (() => unknown) => () => readCredentials({ ...filesOf(node), ...files });
  const nothing = join(root, 'nothing.pem');
  writeFileSync(nothing, 'no certificate');
  expect(bad({ certFile: join(root, 'none.pem') })).toThrow(/none\.pem of READROOM_DICOM_TLS_CERT_FILE is not there/);
  expect(bad({ certFile: root })).toThrow(/cannot be read \(EISDIR\)/);
  expect(bad({ certFile: nothing })).toThrow(/holds no certificate in PEM/);
  expect(bad({ keyFile: nothing })).toThrow(/holds no private key in PEM without a pass phrase/);
  expect(bad({ caFile: nothing })).toThrow(/Give READROOM_DICOM_TLS_CA_FILE/);
  expect(bad({ keyFile: modality.key })).toThrow(/does not belong to the key/);
  expect(handshakeFault('ERR_SSL_SOMETHING', null)).toMatchObject({ code: 'other', why: 'the TLS handshake failed (ERR_SSL_SOMETHING)' });
});

test('where the hospital says so senders need no certificate, and the plain port is off', async () => {
  const open = await startTestEdge({ plain: false, tls: { port: 0, credentials: keepCredentials({ ...filesOf(node), caFile: null }), requireCertificate: false } });
  const anonymous = await runTool('echoscu', ['-aec', 'READROOM', '+tla', '-ic', '127.0.0.1', String(open.tlsPort)]);
  expect(anonymous).toMatchObject({ code: 0 });
  expect(open.scp.port()).toBeNull();
  await open.remove();
});

test('Orthanc sends over TLS and is asked over TLS', async () => {
  const [dicomPort, httpPort] = [await freePort(), await freePort()];
  const peer = ca.issue('orthanc');
  writeFileSync(join(root, 'orthanc.json'), JSON.stringify({
    StorageDirectory: join(root, 'orthanc'), IndexDirectory: join(root, 'orthanc'), DicomAet: 'ORTHANC', DicomPort: dicomPort, HttpPort: httpPort, RemoteAccessAllowed: false, AuthenticationEnabled: false,
    DicomTlsEnabled: true, DicomTlsCertificate: peer.cert, DicomTlsPrivateKey: peer.key, DicomTlsTrustedCertificates: ca.cert, DicomTlsRemoteCertificateRequired: true,
    DicomModalities: { readroom: { AET: 'READROOM', Host: '127.0.0.1', Port: edge.tlsPort, UseDicomTls: true } },
  }));
  const orthanc: ChildProcess = spawn('Orthanc', [join(root, 'orthanc.json')], { stdio: 'ignore' });
  try {
    const post = (path: string, body: string | Buffer<ArrayBuffer>): Promise<Response> => fetch(`http://127.0.0.1:${httpPort}${path}`, { method: 'POST', body });
    await until('Orthanc', () => post('/tools/find', '{"Level":"Patient","Query":{}}').then(({ ok }) => ok, () => false));
    const { id } = z.object({ ID: z.string() }).transform(({ ID }) => ({ id: ID })).parse(await (await post('/instances', readFileSync(sample('ts_ct/CTImage_1.2.840.10008.1.2.4.70.dcm')))).json());
    const before = edge.outcomes.length;
    expect((await post('/modalities/readroom/store', id)).status).toBe(200);
    expect(edge.outcomes.slice(before)).toMatchObject([{ status: 0 }]);
    const settings = { READROOM_DICOM_TLS_CERT_FILE: node.cert, READROOM_DICOM_TLS_KEY_FILE: node.key, READROOM_DICOM_TLS_CA_FILE: ca.cert };
    expect(await runCli(['echo', '--tls', '127.0.0.1', String(dicomPort), 'ORTHANC'], settings)).toMatchObject({ code: 0, out: expect.stringMatching(/over TLS/) });
    const strange = await runCli(['echo', '--tls', '127.0.0.1', String(dicomPort), 'ORTHANC'], { ...settings, READROOM_DICOM_TLS_CA_FILE: stranger.cert });
    expect(strange).toMatchObject({ code: 1, err: expect.stringMatching(/nobody we know vouches for its certificate/) });
  } finally {
    orthanc.kill('SIGKILL');
  }
});
