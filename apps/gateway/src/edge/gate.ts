import { randomBytes } from 'node:crypto';
import { TRPCError } from '@trpc/server';
import { CLOSE } from '@readroom/shared/wire/close-codes';
import { linkProof } from '@readroom/shared/wire/auth';
import type { Proof } from '@readroom/shared/wire/auth';
import { WebSocket } from 'ws';
import type { Deps } from '../infra/deps.ts';
import { edgeHub, type EdgeLink } from './edge-hub.ts';
import { authenticateNode, refusalWords } from './identity/node-auth.ts';

const MAX_REASON_BYTES = 120;

/** One socket on its way in: `open -> asked -> proved`, or closed. */
export interface Gate {
  /** What the node has to sign; for this socket and one answer only. */
  readonly nonce: string;
  /** Who is there; null until proved. */
  link(): EdgeLink | null;
  /** @throws TRPCError `UNAUTHORIZED`, and the socket is closed with words for hospital IT */
  prove(proof: Proof): Promise<EdgeLink>;
  /** @throws TRPCError always */
  turnAway(words: string, code?: number): never;
}

/** `onProved` ends the time limit to show a key. */
export function openGate(deps: Deps, socket: WebSocket, onProved: () => void): Gate {
  const nonce = randomBytes(32).toString('base64url');
  let isAnswered = false;
  let link: EdgeLink | null = null;

  const turnAway = (words: string, code: number = CLOSE.unauthenticated): never => {
    close(socket, code, words);
    throw new TRPCError({ code: 'UNAUTHORIZED', message: words });
  };

  return {
    nonce,
    link: () => link,
    turnAway,
    async prove(proof) {
      if (isAnswered) return turnAway('The question of this connection was answered already. Connect again.');
      isAnswered = true;
      const auth = await authenticateNode(deps, proof, linkProof(nonce));
      if ('refused' in auth) {
        deps.log.warn({ event: 'edge.refused', reason: auth.refused });
        return turnAway(refusalWords(auth.refused), auth.refused === 'revoked' ? CLOSE.forbidden : CLOSE.unauthenticated);
      }
      if (socket.readyState !== WebSocket.OPEN) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'The connection ended.' });
      onProved();
      link = enter(deps, socket, { ...auth.node, nodeEpoch: null, clockOffsetMs: 0, close: (code, reason) => close(socket, code, reason) });
      return link;
    },
  };
}

function enter(deps: Deps, socket: WebSocket, link: EdgeLink): EdgeLink {
  const hub = edgeHub(deps);
  hub.add(link);
  socket.once('close', () => {
    hub.remove(link);
    deps.log.info({ event: 'edge.disconnected', nodeId: link.nodeId });
  });
  return link;
}

function close(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, Buffer.from(reason).subarray(0, MAX_REASON_BYTES).toString());
}
