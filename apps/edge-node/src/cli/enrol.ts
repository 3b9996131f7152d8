import { existsSync } from 'node:fs';
import { AppError } from '@readroom/shared/error';
import { enrolProof, enrolledSchema } from '@readroom/shared/wire/auth';
import type { Enrol, Enrolled } from '@readroom/shared/wire/auth';
import { readGatewayUrl, readNodeKeyFile } from '../env.ts';
import { adoptNextKey, makeNextKey, readNextKey } from '../identity/node-key.ts';
import { z } from 'zod';
import type { Command } from './command.ts';
import { wrongCall } from './command.ts';

const USAGE = 'enrol URL CODE [--replace]';
const TIMEOUT_MS = 15_000;
const CLOCK_TOLERATED_MS = 2_000;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Makes this node's key and has the gateway take its public half, with a code that the administrator made. */
export const enrol: Command = {
  usage: USAGE,
  summary: 'make this node’s key known to the gateway',
  async run(args, { env, say }) {
    const isReplacing = args.includes('--replace');
    const [url, code, ...others] = args.filter((arg) => arg !== '--replace');
    if (url === undefined || code === undefined || others.length > 0) throw wrongCall(USAGE);
    const origin = readOrigin(url);
    const file = readNodeKeyFile(env);
    if (existsSync(file) && !isReplacing) throw new AppError('enrolled-already', { class: 'permanent', message: `This node has a key in ${file}. To give it another, add --replace.` });
    // One that an enrolment cut short left is tried again: the gateway may have taken it with this code.
    const key = readNextKey(file) ?? makeNextKey(file);
    const proof = key.sign(enrolProof(code, key.publicKey));
    const enrolled = await send(origin, { code, publicKey: key.publicKey, signature: proof.signature });
    adoptNextKey(file);
    say(`Enrolled as ${enrolled.name} of ${enrolled.organisation}. The key is in ${file}.`);
    for (const line of advice(env, origin, enrolled)) say(line);
    return 0;
  },
};

function readOrigin(text: string): string {
  const url = z.url({ protocol: /^https?$/ }).safeParse(text);
  if (!url.success) throw wrongCall(USAGE);
  const { protocol, hostname, origin } = new URL(url.data);
  if (protocol === 'http:' && !LOOPBACK.has(hostname)) throw new AppError('not-encrypted', { class: 'permanent', message: `${origin} is not encrypted: whoever listens could use the code. Give the gateway a certificate and write https:.` });
  return origin;
}

async function send(origin: string, body: Enrol): Promise<Enrolled> {
  const response = await fetch(new URL('/edge/enrol', origin), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new AppError('gateway-unreachable', { class: 'transient', message: `The gateway does not answer at ${origin}. Check the network and the address; readroom-edge doctor says more. The code is still good.`, cause });
  });
  const answer: unknown = await response.json().catch(() => null);
  const enrolled = enrolledSchema.safeParse(answer);
  if (response.ok && enrolled.success) return enrolled.data;
  const said = z.object({ error: z.object({ message: z.string().max(500) }) }).safeParse(answer);
  throw new AppError('enrol-refused', { class: 'permanent', message: said.success ? said.data.error.message : `What answers at ${origin} is not Readroom (status ${response.status}). Check the address.` });
}

/** What else is to be done before the node can speak. */
function advice(env: Readonly<Record<string, string | undefined>>, origin: string, { clock }: Enrolled): string[] {
  const lines: string[] = [];
  const set = readGatewayUrl(env);
  if (set === null || new URL(set).origin !== origin) lines.push(`Set READROOM_GATEWAY_URL=${origin} in this node's settings: it is ${set ?? 'not set'}.`);
  const offMs = Date.now() - clock;
  if (Math.abs(offMs) > CLOCK_TOLERATED_MS) lines.push(`This machine's clock is ${Math.round(Math.abs(offMs) / 1000)} s ${offMs > 0 ? 'ahead of' : 'behind'} the gateway's. The node gets in all the same; set the clock by NTP.`);
  return lines;
}
