import type { Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import type { CredentialKeeper } from './keeper.ts';
import { handshakeFault } from './handshake-fault.ts';
import type { HandshakeFault } from './handshake-fault.ts';
import { TLS_PROFILE } from './profile.ts';

export interface GateOptions {
  readonly credentials: CredentialKeeper;
  /** Mutual authentication: who shows no certificate of our CA does not get in. */
  readonly requireCertificate: boolean;
  readonly handshakeMs: number;
}

export interface GateHandler {
  onSecure(socket: TLSSocket): void;
  /** Once, instead of `onSecure`. The connection is gone. */
  onFailed(fault: HandshakeFault): void;
}

/**
 * The handshake of one connection. A server of its own for each, which listens nowhere, costs half a millisecond beside a
 * handshake's several, always has the certificate of now, and tells whose handshake failed.
 */
export function secure(socket: Socket, { credentials, requireCertificate, handshakeMs }: GateOptions, handler: GateHandler): void {
  const { cert, key, ca } = credentials.current();
  const server = createServer({ ...TLS_PROFILE, cert, key, ca, requestCert: requireCertificate, rejectUnauthorized: requireCertificate, handshakeTimeout: handshakeMs });
  server.once('secureConnection', (secured) => handler.onSecure(secured));
  server.once('tlsClientError', (error: NodeJS.ErrnoException, failed) => {
    const verifyCode: unknown = failed.authorizationError;
    handler.onFailed(handshakeFault(error.code, typeof verifyCode === 'string' ? verifyCode : null));
    socket.destroy();
  });
  // The reason is told by `tlsClientError`; without a listener it would end the process.
  socket.on('error', () => undefined);
  server.emit('connection', socket);
}
