import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDb } from '@readroom/db/testing';
import type { TestDb } from '@readroom/db/testing';
import type { Member } from '@readroom/shared/access/can';
import type { Role } from '@readroom/shared/access/role';
import { createPerson, setMembership } from '../auth/people.ts';
import { readEnv } from '../env.ts';
import { startGateway } from '../gateway.ts';
import type { Gateway } from '../gateway.ts';
import type { DepsOptions } from '../infra/build-deps.ts';
import { createLog } from '../infra/log.ts';
import { makeNodeKey } from './node-key.ts';

export interface TestGatewayOptions extends DepsOptions {
  /** Slugs of the hospitals to make; the first is `organisation`. Default: `['one']`; none leaves organisation and node empty. */
  readonly hospitals?: readonly string[];
  /** More environment, e.g. `{ REDIS_URL }`. */
  readonly env?: Readonly<Record<string, string>>;
  /** A database of the caller's instead of a fresh one, e.g. for two gateways on one; the caller closes it. */
  readonly db?: TestDb;
}

export interface TestGateway {
  readonly url: string;
  readonly deps: Gateway['deps'];
  readonly db: TestDb;
  /** Id of the first hospital. */
  readonly organisation: string;
  /** Private key (PEM) and id of an edge node of the first hospital. */
  readonly nodeKey: string;
  readonly nodeId: string;
  /** A session of the one account of that role (`organisation`: another hospital's id). `cookie` goes into the Cookie header. */
  signIn(role: Role, organisation?: string): Promise<{ readonly cookie: string; readonly member: Member }>;
  /** A node of a hospital, with its private key. */
  addNode(organisation: string): Promise<{ readonly nodeId: string; readonly nodeKey: string }>;
  stop(): Promise<void>;
}

const PASSWORD = 'a-long-test-password';

/** The real gateway on a free port with a database of its own, hospitals, and one node. People are made when they first sign in. */
export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const db = options.db ?? (await createTestDb());
  const home = await mkdtemp(join(tmpdir(), 'readroom-gateway-'));
  const gateway = await startOn(db, home, options);
  const ids: string[] = [];
  for (const slug of options.hospitals ?? ['one']) ids.push((await db.hospital(slug)).organisationId);
  const organisation = ids[0] ?? '';
  const people = new Map<string, Promise<Member>>();
  const node = organisation === '' ? { nodeId: '', nodeKey: '' } : await addNode(gateway, organisation);
  return {
    url: gateway.url,
    deps: gateway.deps,
    db,
    organisation,
    ...node,
    addNode: (owner) => addNode(gateway, owner),
    async signIn(role, owner = organisation) {
      const key = `${role}@${owner}.test`;
      if (!people.has(key)) people.set(key, makeMember(gateway, role, owner, key));
      const member = await people.get(key);
      if (!member) throw new Error('no such member');
      return { cookie: await signInCookie(gateway.url, key, PASSWORD), member };
    },
    async stop() {
      await gateway.stop();
      if (!options.db) await db.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function startOn(db: TestDb, home: string, options: TestGatewayOptions): Promise<Gateway> {
  const secretFile = join(home, 'auth-secret');
  await writeFile(secretFile, randomBytes(48).toString('base64'), { mode: 0o600 });
  const env = readEnv({ READROOM_PORT: '0', DATABASE_URL: db.url, READROOM_AUTH_SECRET_FILE: secretFile, ...options.env });
  return startGateway(env, { log: createLog('silent'), ...options });
}

async function makeMember(gateway: Gateway, role: Role, organisation: string, email: string): Promise<Member> {
  const { control } = gateway.deps;
  const name = `Test ${role}`;
  const found = await control.user.findUnique({ where: { email } });
  const person = found ?? (await createPerson(gateway.deps, { email, name, password: PASSWORD }));
  await setMembership(control, person.id, organisation, role);
  return { userId: person.id, name, organisation, role };
}

/** Signs in over HTTP, as a browser does; the value of the Cookie header. */
export async function signInCookie(url: string, email: string, password: string): Promise<string> {
  const response = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  if (!response.ok) throw new Error(`sign-in answered ${response.status}: ${await response.text()}`);
  return response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]).join('; ');
}

async function addNode(gateway: Gateway, organisationId: string): Promise<{ nodeId: string; nodeKey: string }> {
  const { pem, keyHash, publicKey } = makeNodeKey();
  const node = await gateway.deps.control.edgeNode.create({ data: { organisationId, name: 'test node', keyHash, publicKey } });
  return { nodeId: node.id, nodeKey: pem };
}
