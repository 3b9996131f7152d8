import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makeNextKey, readNodeKey } from '../../apps/edge-node/src/identity/node-key.ts';
import { startEdgeProcess } from '../../apps/edge-node/src/testing/edge-process.ts';
import type { EdgeProcess } from '../../apps/edge-node/src/testing/edge-process.ts';
import { runCli } from '../../apps/edge-node/src/testing/run-cli.ts';
import { until } from '../../apps/edge-node/src/testing/until.ts';
import { apiClient } from '../../apps/gateway/src/testing/api-client.ts';
import { startTestGateway } from '../../apps/gateway/src/testing/test-gateway.ts';
import type { TestGateway } from '../../apps/gateway/src/testing/test-gateway.ts';
import { freePort } from '../services/free-port.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** A machine of the hospital and the real gateway: what IT types, from the code to the revocation. */
let gateway: TestGateway;
let admin: ReturnType<typeof apiClient>;
let folder: string;
let node: EdgeProcess | null = null;
let nodeId: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  admin = apiClient(gateway.url, (await gateway.signIn('admin')).cookie);
  folder = mkdtempSync(join(tmpdir(), 'readroom-enrol-'));
  mkdirSync(join(folder, 'data'), { mode: 0o700 });
});
afterAll(async () => {
  await node?.kill('SIGKILL');
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
});

const keyFile = (): string => join(folder, 'own.key');
const env = (): Record<string, string> => ({ READROOM_NODE_KEY_FILE: keyFile(), READROOM_GATEWAY_URL: gateway.url });
const connected = async (): Promise<boolean> => /"state":"up"/.test(await (await fetch(`http://127.0.0.1:${node?.consolePort}/api/status`)).text());
const keyInForce = async (): Promise<string | null> => (await gateway.deps.control.edgeNode.findUniqueOrThrow({ where: { id: nodeId } })).keyHash;

test('a node without a key does not start, and says how to get one', async () => {
  await expect(startEdgeProcess({ home: join(folder, 'data'), env: { READROOM_NODE_KEY_FILE: join(folder, 'no-key') } })).rejects.toThrow(/not enrolled.*readroom-edge enrol URL CODE/);
});

test('a code enrols the machine, which then starts and connects', async () => {
  const made = await admin.admin.nodes.create.mutate({ name: 'CT basement' });
  nodeId = made.nodeId;
  const { code, out } = await runCli(['enrol', gateway.url, made.code], env());
  expect(out).toMatch(/^Enrolled as CT basement of .*\. The key is in .*own\.key\.$/m);
  expect(code).toBe(0);
  expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
  expect(await keyInForce()).toBe(readNodeKey(keyFile()).keyId);
  node = await startEdgeProcess({ home: join(folder, 'data'), env: env() });
  await until('the link', connected);
});

test.each([
  ['a second time', () => ['enrol', gateway.url, 'AAAA-AAAA-AAAA-AAAA'], 1, /has a key in .*--replace/],
  ['with a code that is wrong', () => ['enrol', gateway.url, 'AAAA-AAAA-AAAA-AAAA', '--replace'], 1, /code is wrong, was used, or is older than 15 minutes/],
  ['in the clear', () => ['enrol', 'http://readroom.example', 'AAAA'], 1, /not encrypted/],
  ['where nobody answers', async () => ['enrol', `http://127.0.0.1:${await freePort()}`, 'AAAA', '--replace'], 1, /does not answer at .*The code is still good/],
  ['without a code', () => ['enrol', gateway.url], 2, /Usage: readroom-edge enrol URL CODE/],
])('enrolling %s is said, and the key stays', async (_what, args, code, err) => {
  const before = readFileSync(keyFile(), 'utf8');
  expect(await runCli(await args(), env())).toMatchObject({ code, err: expect.stringMatching(err) });
  expect(readFileSync(keyFile(), 'utf8')).toBe(before);
});

test('rotate gives another key, and the running node comes back with it by itself', async () => {
  const before = await keyInForce();
  expect(await runCli(['rotate'], env())).toMatchObject({ code: 0, out: expect.stringMatching(/another key/) });
  expect(await keyInForce()).not.toBe(before);
  expect(await keyInForce()).toBe(readNodeKey(keyFile()).keyId);
  expect(existsSync(`${keyFile()}.next`)).toBe(false);
  await until('the node to come back', async () => (node?.log().split('"event":"link.up"').length ?? 0) > 2);
});

test('a rotation that was cut short after the gateway took the key is finished by the node', async () => {
  await node?.kill('SIGKILL');
  const next = makeNextKey(keyFile());
  await gateway.deps.control.edgeNode.update({ where: { id: nodeId }, data: { keyHash: next.keyId, publicKey: next.publicKey } });
  node = await startEdgeProcess({ home: join(folder, 'data'), env: env() });
  await until('the link', connected);
  expect(readNodeKey(keyFile()).keyId).toBe(next.keyId);
  expect(existsSync(`${keyFile()}.next`)).toBe(false);
});

test('a key file that is none is said, with what to do', async () => {
  writeFileSync(join(folder, 'garbage'), 'a password of an earlier version\n');
  expect(await runCli(['rotate'], { ...env(), READROOM_NODE_KEY_FILE: join(folder, 'garbage') })).toMatchObject({ code: 1, err: expect.stringMatching(/is no node key.*enrol URL CODE --replace/) });
});

test('a revoked node is cut off within seconds, says so, and keeps what it has', async () => {
  await admin.admin.nodes.revoke.mutate({ nodeId });
  const began = Date.now();
  await until('the refusal', () => /"event":"link.refused","why":"This node was revoked/.test(node?.log() ?? ''));
  expect(Date.now() - began).toBeLessThan(10_000);
  expect((await runCli(['rotate'], env())).err).toMatch(/This node was revoked/);
});
