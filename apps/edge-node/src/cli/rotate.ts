import { AppError } from '@readroom/shared/error';
import { rotationProof } from '@readroom/shared/wire/auth';
import { readGatewayUrl, readNodeKeyFile } from '../env.ts';
import { fileIdentity } from '../identity/identity.ts';
import { adoptNextKey, makeNextKey } from '../identity/node-key.ts';
import { openProved, prove } from '../link/prove.ts';
import { edgeSocketUrl, openSession } from '../link/session.ts';
import type { Session } from '../link/session.ts';
import type { Command } from './command.ts';
import { wrongCall } from './command.ts';

const USAGE = 'rotate';
const TIMEOUT_MS = 10_000;
const DONE = new AppError('link-stopped', { class: 'transient' });

/** Another key for this node, asked for by the one it has. The running node comes back with the new one by itself. */
export const rotate: Command = {
  usage: USAGE,
  summary: 'replace this node’s key',
  async run(args, { env, say }) {
    if (args.length > 0) throw wrongCall(USAGE);
    const gatewayUrl = readGatewayUrl(env);
    if (gatewayUrl === null) throw new AppError('settings', { class: 'permanent', message: 'READROOM_GATEWAY_URL is not set. Set it as the guide for hospital IT says.' });
    const file = readNodeKeyFile(env);
    const open = (): Promise<Session> => openSession({ url: edgeSocketUrl(gatewayUrl), connectTimeoutMs: TIMEOUT_MS, heartbeatMs: TIMEOUT_MS });
    // First whatever an earlier rotation left is settled, so that no key the gateway took is overwritten.
    (await openProved(open, fileIdentity(file))).end(DONE);
    const [key] = fileIdentity(file).candidates();
    if (!key) return 1;
    const session = await open();
    try {
      const nonce = await prove(session, key);
      const next = makeNextKey(file);
      await session.call('edge.rotate', { publicKey: next.publicKey, signature: next.sign(rotationProof(nonce, next.publicKey)).signature }, TIMEOUT_MS);
      adoptNextKey(file);
    } finally {
      session.end(DONE);
    }
    say(`This node has another key, in ${file}. A running node connects again with it within seconds; what was copied of the old one opens nothing.`);
    return 0;
  },
};
