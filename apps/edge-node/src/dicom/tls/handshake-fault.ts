export type HandshakeCode = 'no-certificate' | 'untrusted' | 'expired' | 'old-protocol' | 'not-tls' | 'no-cipher' | 'not-trusting-us' | 'timed-out' | 'hung-up' | 'other';

/** Why a TLS handshake came to nothing, and what IT does about it. */
export interface HandshakeFault {
  readonly code: HandshakeCode;
  readonly why: string;
  readonly remedy: string;
}

const FAULTS: Readonly<Record<Exclude<HandshakeCode, 'other'>, Omit<HandshakeFault, 'code'>>> = {
  'no-certificate': { why: 'the sender showed no certificate in the TLS handshake', remedy: 'Give it a certificate of the CA in READROOM_DICOM_TLS_CA_FILE. Only where a sender cannot have one: READROOM_DICOM_TLS_CLIENT_CERTIFICATE=none.' },
  untrusted: { why: 'the sender’s certificate is not vouched for by the CA of this node', remedy: 'If the sender is one of yours, add its CA to READROOM_DICOM_TLS_CA_FILE, or give it a certificate of that CA.' },
  expired: { why: 'the sender’s certificate is out of its time', remedy: 'Renew it at the sender, and compare both clocks.' },
  'old-protocol': { why: 'the sender offers only TLS 1.1 or older', remedy: 'Set it to TLS 1.2 or 1.3, or update its software.' },
  'not-tls': { why: 'what came on the TLS port was no TLS', remedy: 'Switch TLS on at the sender, or have it use the plain DICOM port.' },
  'no-cipher': { why: 'the sender offers no cipher suite that the BCP 195 profile allows', remedy: 'Allow TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 or TLS 1.3 there. A sender of RSA suites only needs an RSA certificate here.' },
  'not-trusting-us': { why: 'the sender does not accept this node’s certificate', remedy: 'Enter the CA of READROOM_DICOM_TLS_CERT_FILE at the sender, and check that this node’s certificate is in its time and has the name that the sender calls.' },
  'timed-out': { why: 'the sender did not finish the TLS handshake in time', remedy: 'Check the network between, and that the sender speaks TLS on this port.' },
  'hung-up': { why: 'the sender hung up during the TLS handshake', remedy: 'If it is no probe of a port: look at its log; it may not accept this node’s certificate.' },
};

const CODES: readonly (readonly [RegExp, Exclude<HandshakeCode, 'other'>])[] = [
  [/PEER_DID_NOT_RETURN_A_CERTIFICATE|CERTIFICATE_REQUIRED/, 'no-certificate'],
  [/ALERT/, 'not-trusting-us'],
  [/EXPIRED|NOT_YET_VALID/, 'expired'],
  [/UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW/, 'old-protocol'],
  [/WRONG_VERSION_NUMBER|HTTP_REQUEST|HTTPS_PROXY|PACKET_LENGTH|UNEXPECTED_MESSAGE|RECORD_TOO|BAD_RECORD_TYPE/, 'not-tls'],
  [/NO_SHARED_CIPHER|NO_SUITABLE|NO_SHARED_SIGNATURE/, 'no-cipher'],
  [/HANDSHAKE_TIMEOUT/, 'timed-out'],
  [/ECONNRESET|EPIPE|UNEXPECTED_EOF/, 'hung-up'],
  [/CERT|ISSUER|SIGNED|SIGNATURE|CHAIN|CA_|PURPOSE|KEY_TOO|MD_TOO/, 'untrusted'],
];

/** `verifyCode` is what the check of the peer's certificate said, and explains a connection that we ended. */
export function handshakeFault(errorCode: string | undefined, verifyCode: string | null): HandshakeFault {
  const text = verifyCode ?? errorCode ?? '';
  const code = CODES.find(([pattern]) => pattern.test(text))?.[1];
  if (code !== undefined) return { code, ...FAULTS[code] };
  return { code: 'other', why: `the TLS handshake failed (${errorCode ?? 'unknown'})`, remedy: 'Look at the sender’s log for the same moment.' };
}
