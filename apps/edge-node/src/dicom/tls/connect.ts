import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { CredentialKeeper } from './keeper.ts';
import { TLS_PROFILE } from './profile.ts';

export interface Dialled {
  readonly socket: Socket;
  /** The event that says the peer may be spoken to. */
  readonly opened: 'connect' | 'secureConnect';
}

/** A connection to a peer; over TLS when there are credentials, with the peer's name checked against its certificate (RFC 6125). */
export function dial({ host, port, tls }: { readonly host: string; readonly port: number; readonly tls?: CredentialKeeper | undefined }): Dialled {
  if (tls === undefined) return { socket: connect({ host, port }), opened: 'connect' };
  const { cert, key, ca } = tls.current();
  return { socket: connectTls({ ...TLS_PROFILE, host, port, cert, key, ca, ...(isIP(host) === 0 ? { servername: host } : {}) }), opened: 'secureConnect' };
}

/** For IT: why TLS to a peer failed, or null when the fault is not one of TLS. */
export function dialFault(code: string): string | null {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'its certificate is for another name: use the name or address that stands in it';
  if (/EXPIRED|NOT_YET_VALID/.test(code)) return 'its certificate is out of its time: have it renewed, and compare both clocks';
  if (/WRONG_VERSION|PACKET_LENGTH|HTTP_REQUEST/.test(code)) return 'it speaks no TLS on this port';
  if (/UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION/.test(code)) return 'it speaks no TLS 1.2 or 1.3';
  if (/ALERT/.test(code)) return `it does not accept this node's certificate (${code}): enter our CA there`;
  if (/CERT|SIGNED|SIGNATURE|ISSUER|CA_/.test(code)) return `nobody we know vouches for its certificate (${code}): add its CA to READROOM_DICOM_TLS_CA_FILE`;
  return code.startsWith('ERR_SSL') ? `TLS failed (${code})` : null;
}
