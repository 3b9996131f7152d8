import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { AppError } from '@readroom/shared/error';
import { TLS_PROFILE } from './profile.ts';

/** PEM files of hospital IT. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** Who vouches for peers. Null: nobody's certificate is asked for, and as a requestor we believe the CAs of Node.js. */
  readonly caFile: string | null;
}

/** The settings that name the files, and what they are for: said in the errors. */
export interface TlsNames {
  readonly code: string;
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
  readonly use: string;
  /** Whom the CA vouches for. */
  readonly peers: string;
}

export const DICOM_TLS_NAMES: TlsNames = {
  code: 'dicom-tls', cert: 'READROOM_DICOM_TLS_CERT_FILE', key: 'READROOM_DICOM_TLS_KEY_FILE', ca: 'READROOM_DICOM_TLS_CA_FILE', use: 'DICOM over TLS', peers: 'your modalities and PACS',
};

export interface Credentials {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca: Buffer | undefined;
  /** Of our own certificate, ms since 1970. */
  readonly validFrom: number;
  readonly validTo: number;
}

/** Reads and tries the files; a certificate out of its time is answered, everything else that is wrong is thrown. @throws AppError of the names' code, one sentence for IT */
export function readCredentials({ certFile, keyFile, caFile }: TlsFiles, names: TlsNames = DICOM_TLS_NAMES): Credentials {
  const wrong = (message: string, cause?: unknown): AppError => new AppError(names.code, { class: 'permanent', message, cause });
  const parse = <T>(make: () => T, message: string): T => {
    try {
      return make();
    } catch (cause) {
      throw wrong(message, cause);
    }
  };
  const cert = read(names.cert, certFile, wrong);
  const key = read(names.key, keyFile, wrong);
  const ca = caFile === null ? undefined : read(names.ca, caFile, wrong);
  const certificate = parse(() => new X509Certificate(cert), `${certFile} holds no certificate in PEM. Give ${names.cert} the node's certificate, and those of the CAs between it and the root after it.`);
  const privateKey = parse(() => createPrivateKey(key), `${keyFile} holds no private key in PEM without a pass phrase. Take the pass phrase off with openssl pkey, and give the file to the node's user with mode 0600.`);
  if (!certificate.checkPrivateKey(privateKey)) throw wrong(`The certificate ${certFile} does not belong to the key ${keyFile}: both must come from one request. Replace the one that is old.`);
  if (ca !== undefined) parse(() => new X509Certificate(ca), `${caFile ?? ''} holds no certificate in PEM. Give ${names.ca} the certificate of the CA that vouches for ${names.peers}.`);
  parse(() => createSecureContext({ ...TLS_PROFILE, cert, key, ca }), `The certificate ${certFile} or its CA cannot be used for ${names.use}. It needs an RSA key of 2048 bits or more, or an EC key of 256 bits or more, signed with SHA-256 or better.`);
  return { cert, key, ca, validFrom: Date.parse(certificate.validFrom), validTo: Date.parse(certificate.validTo) };
}

function read(name: string, file: string, wrong: (message: string, cause: unknown) => AppError): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const why = code === 'ENOENT' ? 'is not there' : code === 'EACCES' ? 'may not be read by this user' : `cannot be read (${String(code ?? 'unknown')})`;
    throw wrong(`${file} of ${name} ${why}. Correct the setting, or give the file to the node's user.`, cause);
  }
}
