import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { Server } from 'node:net';
import { createServer as createTcp } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { freePort } from '../../../../tools/services/free-port.ts';
import { startEdgeProcess } from '../testing/edge-process.ts';
import { runCli } from '../testing/run-cli.ts';
import { makeTestIdentity } from '../testing/test-identity.ts';
import { makeHome } from '../testing/test-edge.ts';
import { runTool } from '../testing/dcmtk.ts';
import { until } from '../testing/until.ts';
import { makeTestCa } from '../testing/test-ca.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const MODELS = resolve(import.meta.dirname, '../../../../models');
let root: string;
let gatewayPort: number;
let skewMs = 0;
let gateway: Server;
let orthanc: ChildProcess;
let orthancPort: number;
let servers: Server[] = [];

/** What a gateway says to a doctor: its health and its time. */
function answer(_request: unknown, response: { writeHead(status: number, headers: Record<string, string>): { end(): void } }): void {
  response.writeHead(200, { date: new Date(Date.now() + skewMs).toUTCString() }).end();
}

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}

beforeAll(async () => {
  root = makeHome();
  orthancPort = await freePort();
  writeFileSync(join(root, 'orthanc.json'), JSON.stringify({ StorageDirectory: join(root, 'orthanc'), IndexDirectory: join(root, 'orthanc'), DicomPort: orthancPort, DicomAet: 'ORTHANC', HttpServerEnabled: false, DicomCheckCalledAet: true }));
  orthanc = spawn('Orthanc', [join(root, 'orthanc.json')], { stdio: 'ignore' });
  await until('Orthanc', async () => (await runTool('echoscu', ['-aec', 'ORTHANC', '127.0.0.1', String(orthancPort)])).code === 0);
});
afterAll(() => {
  orthanc.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});
beforeEach(async () => {
  skewMs = 0;
  gateway = createHttp(answer);
  gatewayPort = await listen(gateway);
});
afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
});

/** Settings with which nothing is wrong. */
async function wellEnv(): Promise<Record<string, string>> {
  const home = join(root, 'home');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  makeTestIdentity(join(root, 'node-key'));
  return {
    READROOM_GATEWAY_URL: `http://127.0.0.1:${gatewayPort}`,
    READROOM_NODE_KEY_FILE: join(root, 'node-key'),
    READROOM_EDGE_HOME: home,
    READROOM_MODELS_DIR: MODELS,
    READROOM_DICOM_HOST: '127.0.0.1',
    READROOM_DICOM_PORT: String(await freePort()),
    READROOM_CONSOLE_PORT: String(await freePort()),
    READROOM_DISK_RESERVE_MB: '1',
    READROOM_PEERS: `ORTHANC@127.0.0.1:${orthancPort}/find+move`,
  };
}

test('before the first start everything is looked at, and nothing is wrong', async () => {
  const { code, out } = await runCli(['doctor'], await wellEnv());
  expect(out).toMatch(/OK {4}This machine and the gateway agree on the time/);
  expect(out).toMatch(/OK {4}DICOM port \d+ on 127\.0\.0\.1 is free/);
  expect(out).toMatch(/OK {4}PACS ORTHANC at 127\.0\.0\.1 port \d+ answers C-ECHO, C-FIND, C-MOVE\./);
  expect(out).toMatch(/OK {4}Model cxr \d+\.\d+\.\d+ runs on cpu \(\d+ ms an image\)/);
  expect(out).toMatch(/WARN {2}The node key is not sealed.*\n +Keep it on an encrypted disk/);
  expect(out).toMatch(/WARN {2}Every machine that reaches the DICOM port may send images\.\n +List your modalities/);
  expect(out).toMatch(/WARN {2}The node does not run/);
  expect(out).not.toMatch(/FAIL/);
  expect(code).toBe(0);
});

test('everything that is wrong is said at once, each with what to do', async () => {
  const taken = await listen(createTcp());
  const home = join(root, 'open');
  mkdirSync(home, { recursive: true });
  chmodSync(home, 0o755);
  const { code, out } = await runCli(['doctor'], {
    ...(await wellEnv()),
    READROOM_GATEWAY_URL: `http://127.0.0.1:${await freePort()}`,
    READROOM_NODE_KEY_FILE: join(root, 'no-key'),
    READROOM_EDGE_HOME: home,
    READROOM_DICOM_PORT: String(taken),
    READROOM_MODELS_DIR: root,
    READROOM_DISK_RESERVE_MB: '1000000',
    READROOM_PEERS: `NOBODY@127.0.0.1:${orthancPort},GONE@127.0.0.1:${await freePort()}`,
  });
  for (const fault of [
    /FAIL .*GiB free.*0xA700.*\n +Free space/,
    /FAIL {2}Other users .* data folder .*\n +chmod 700/,
    /FAIL {2}There is no node key at .*\n +Ask the administrator/,
    /FAIL {2}The gateway does not answer at .*ECONNREFUSED.*\n +Check the network/,
    /FAIL {2}DICOM port \d+ .*EADDRINUSE.*\n +Stop the program/,
    /FAIL {2}PACS NOBODY .*does not know the called AE title.*\n +Have READROOM/,
    /FAIL {2}PACS GONE .*ECONNREFUSED/,
    /FAIL {2}There is no model in .*\n +Set READROOM_MODELS_DIR/,
  ]) expect(out).toMatch(fault);
  expect(out).toMatch(/8 thing\(s\) to mend\.$/m);
  expect(code).toBe(1);
});

test.each([
  [30_000, 'WARN', '30 s behind'],
  [-7_200_000, 'FAIL', '7200 s ahead of'],
])('a gateway whose clock differs by %i ms is a %s', async (skew, level, say) => {
  skewMs = skew;
  const { out } = await runCli(['doctor'], await wellEnv());
  const found = /^(\w+) +This machine's clock is (\d+) s (\w+)/m.exec(out);
  expect(found?.[1]).toBe(level);
  expect(Math.abs(Number(found?.[2]) - Math.abs(skew) / 1000)).toBeLessThanOrEqual(1);
  expect(say).toContain(found?.[3]);
});

test('a name nobody knows, and a certificate nobody vouches for, are said; a CA of the hospital is believed', async () => {
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '10', '-subj', '/CN=gateway', '-addext', 'subjectAltName=DNS:localhost', '-keyout', join(root, 'key.pem'), '-out', join(root, 'cert.pem')], { stdio: 'ignore' });
  const port = await listen(createHttps({ key: readFileSync(join(root, 'key.pem')), cert: readFileSync(join(root, 'cert.pem')) }, answer));
  const env = { ...(await wellEnv()), READROOM_GATEWAY_URL: `https://localhost:${port}` };
  expect((await runCli(['doctor'], env)).out).toMatch(/FAIL {2}TLS to localhost .*DEPTH_ZERO_SELF_SIGNED_CERT.*\n +For a hospital CA set NODE_EXTRA_CA_CERTS/);
  const believed = await runCli(['doctor'], { ...env, NODE_EXTRA_CA_CERTS: join(root, 'cert.pem') });
  expect(believed.out).toMatch(/WARN {2}The gateway's certificate ends in (9|10) day/);
  expect(believed.out).toMatch(/OK {4}The gateway answers at https:\/\/localhost/);
  expect((await runCli(['doctor'], { ...env, READROOM_GATEWAY_URL: 'https://nobody.invalid' })).out).toMatch(/FAIL {2}The name of the gateway, nobody\.invalid, cannot be looked up.*\n +Check .*resolv/);
});

test('a running node is asked by C-ECHO, and what it complains of is passed on', async () => {
  const env = await wellEnv();
  const edge = await startEdgeProcess({ home: join(root, 'home'), env: { READROOM_GATEWAY_URL: env['READROOM_GATEWAY_URL'] ?? '' } });
  const { out } = await runCli(['doctor'], { ...env, READROOM_CONSOLE_PORT: String(edge.consolePort) });
  await edge.kill('SIGTERM');
  expect(out).toMatch(new RegExp(`OK {4}DICOM port ${edge.dicomPort} answers C-ECHO as READROOM`));
  expect(out).toMatch(/WARN {2}No model is loaded/);
});

test('allow-lists are told, and a node that keeps its own doctor out is not ill', async () => {
  const allow: Record<string, string> = { READROOM_ALLOWED_CALLING: 'CT1,PACS@10.0.0.0/24', READROOM_ALLOWED_ADDRESSES: '10.0.0.0/8,127.0.0.1' };
  const env = { ...(await wellEnv()), ...allow };
  const edge = await startEdgeProcess({ home: join(root, 'closed'), env: { READROOM_GATEWAY_URL: env['READROOM_GATEWAY_URL'] ?? '', ...allow } });
  const { out } = await runCli(['doctor'], { ...env, READROOM_CONSOLE_PORT: String(edge.consolePort) });
  const metrics = await (await fetch(`http://127.0.0.1:${edge.consolePort}/metrics`)).text();
  const status: unknown = await (await fetch(`http://127.0.0.1:${edge.consolePort}/api/status`)).json();
  await edge.kill('SIGTERM');
  expect(out).toMatch(/OK {4}2 AE title\(s\) may associate, from 2 network\(s\)\./);
  expect(out).toMatch(new RegExp(`OK {4}DICOM port ${edge.dicomPort} answers, and refuses this machine as its allow-lists say`));
  expect(metrics).toMatch(/readroom_edge_associations_refused_total\{reason="calling-ae-title"\} 1/);
  expect(status).toMatchObject({ associations: [{ callingAeTitle: 'READROOM', refused: true, problem: expect.stringMatching(/not allowed\. If it is one of yours, add it to READROOM_ALLOWED_CALLING/) }] });
});

test('a node whose allow-lists cannot be read does not start, and says every one that is wrong', async () => {
  const bad: Record<string, string> = { READROOM_ALLOWED_CALLING: 'CT1@10.0.0.9/24', READROOM_ALLOWED_ADDRESSES: 'everywhere' };
  await expect(startEdgeProcess({ home: join(root, 'never'), env: bad })).rejects.toThrow(/READROOM_ALLOWED_CALLING: CT1@10\.0\.0\.9\/24.*READROOM_ALLOWED_ADDRESSES: everywhere is no IPv4/);
});

test('DICOM over TLS alone: the doctor reads its certificate, the console says why a sender did not get in, wrong files keep the node from starting', async () => {
  const ca = makeTestCa(root, 'ca');
  const [node, old] = [ca.issue('tls-node', 5), ca.issue('tls-old', -1)];
  const tls: Record<string, string> = { READROOM_DICOM_PLAIN: 'off', READROOM_DICOM_TLS_PORT: '0', READROOM_DICOM_TLS_CERT_FILE: node.cert, READROOM_DICOM_TLS_KEY_FILE: node.key, READROOM_DICOM_TLS_CA_FILE: ca.cert };
  Object.assign(tls, { READROOM_LAN_HOST: '127.0.0.1', READROOM_LAN_PORT: '0', READROOM_LAN_CERT_FILE: node.cert, READROOM_LAN_KEY_FILE: node.key });
  const env: Record<string, string> = { ...(await wellEnv()), ...tls, READROOM_MODELS_DIR: root };
  const edge = await startEdgeProcess({ home: join(root, 'tls'), env: { READROOM_GATEWAY_URL: env['READROOM_GATEWAY_URL'] ?? '', ...tls } });
  await runTool('echoscu', ['-aec', 'READROOM', '127.0.0.1', String(edge.dicomTlsPort)]);
  chmodSync(node.key, 0o644);
  const running = await runCli(['doctor'], { ...env, READROOM_CONSOLE_PORT: String(edge.consolePort) });
  const { out: status } = await runCli(['status'], { READROOM_CONSOLE_PORT: String(edge.consolePort) });
  const metrics = await (await fetch(`http://127.0.0.1:${edge.consolePort}/metrics`)).text();
  const now: unknown = await (await fetch(`http://127.0.0.1:${edge.consolePort}/api/status`)).json();
  await edge.kill('SIGTERM');
  expect(running.out).toMatch(/OK {4}The plain DICOM port is switched off/);
  expect(running.out).toMatch(/WARN {2}The certificate of DICOM over TLS ends in 4 day\(s\)\.\n +Have it renewed/);
  expect(running.out).toMatch(/WARN {2}The certificate of the hospital’s own page ends in 4 day\(s\)/);
  expect(running.out).toMatch(/WARN {2}Nobody has a sign-in of the hospital’s own page\.\n +Add the readers on duty/);
  expect(status).toMatch(/^Hospital’s page +port \d+, 0 sign-in\(s\), 0 open alert\(s\)$/m);
  expect(running.out).toMatch(/FAIL {2}Other users .* TLS key .*\n +chmod 640/);
  expect(status).toMatch(new RegExp(`port ${edge.dicomTlsPort} \\(TLS\\)`));
  expect(metrics).toMatch(/readroom_edge_tls_handshakes_failed_total\{reason="not-tls"\} 1/);
  expect(metrics).toMatch(/readroom_edge_tls_certificate_ends_seconds \d{10}/);
  expect(now).toMatchObject({ associations: [{ refused: true, remoteAddress: '127.0.0.1', problem: expect.stringMatching(/was no TLS\. Switch TLS on at the sender/) }] });

  const ended = { ...env, READROOM_DICOM_TLS_CERT_FILE: old.cert, READROOM_DICOM_TLS_KEY_FILE: old.key, READROOM_DICOM_TLS_PORT: String(await freePort()) };
  const stopped = await runCli(['doctor'], ended);
  expect(stopped.out).toMatch(/FAIL {2}The certificate of DICOM over TLS has ended on \d{4}-/);
  const mixed = { ...tls, READROOM_DICOM_TLS_KEY_FILE: old.key };
  await expect(startEdgeProcess({ home: join(root, 'mixed'), env: mixed })).rejects.toThrow(/tls-node\.pem does not belong to the key .*tls-old\.key/);
});
