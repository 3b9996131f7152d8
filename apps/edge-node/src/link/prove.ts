import { AppError, isAppError } from '@readroom/shared/error';
import { challengeSchema, linkProof } from '@readroom/shared/wire/auth';
import type { NodeIdentity } from '../identity/identity.ts';
import type { NodeKey } from '../identity/node-key.ts';
import type { Session } from './session.ts';
import { withTimeout } from './wait.ts';

const CALL_TIMEOUT_MS = 10_000;
const CLOSE_WAIT_MS = 2_000;

/** Signs the gateway's question. Answers its nonce. @throws AppError, `node-key-refused` and `node-revoked` among them */
export async function prove(session: Session, key: NodeKey): Promise<string> {
  const challenge = challengeSchema.safeParse(await session.call('edge.challenge', undefined, CALL_TIMEOUT_MS));
  if (!challenge.success) throw new AppError('challenge-invalid', { class: 'transient', message: 'The gateway asks for the key in a way this node does not understand: update the older of the two.' });
  const { nonce } = challenge.data;
  try {
    await session.call('edge.prove', key.sign(linkProof(nonce)), CALL_TIMEOUT_MS);
  } catch (error) {
    // The refusal also closes the socket, with a code that says more than the answer does, if that comes at all.
    throw isAppError(error) && error.code !== 'timed-out' ? await withTimeout(session.ended, CLOSE_WAIT_MS, 'The end of the connection').catch(() => error) : error;
  }
  return nonce;
}

/** A session that showed its key: the node's, or the one a rotation cut short left behind it. @throws AppError */
export async function openProved(open: () => Promise<Session>, identity: NodeIdentity): Promise<Session> {
  let refused: unknown = null;
  for (const key of identity.candidates()) {
    const session = await open();
    try {
      await prove(session, key);
      identity.confirmed(key);
      return session;
    } catch (error) {
      session.end(isAppError(error) ? error : new AppError('link-failed', { class: 'transient', message: 'The link failed.', cause: error }));
      if (!isAppError(error) || error.code !== 'node-key-refused') throw error;
      refused ??= error;
    }
  }
  throw refused;
}
