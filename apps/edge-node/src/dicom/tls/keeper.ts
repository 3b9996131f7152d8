import { statSync } from 'node:fs';
import { AppError } from '@readroom/shared/error';
import type { Credentials, TlsFiles } from './credentials.ts';
import { DICOM_TLS_NAMES, readCredentials } from './credentials.ts';

/** The node's certificate as it is on the disk now. */
export interface CredentialKeeper {
  /** Reads files that changed since; while new ones are no good the old ones stay. */
  current(): Credentials;
  /** What is wrong with the files on the disk; null when they are the ones in use. */
  fault(): string | null;
}

/** A certificate is renewed by replacing its files: the next association uses it, no restart. @throws AppError as `readCredentials` when the first reading fails */
export function keepCredentials(files: TlsFiles, onFault: (error: AppError) => void = () => undefined, names = DICOM_TLS_NAMES): CredentialKeeper {
  let seen = fingerprint(files);
  let credentials = readCredentials(files, names);
  let fault: string | null = null;

  function refresh(): void {
    const now = fingerprint(files);
    if (now === seen) return;
    seen = now;
    try {
      credentials = readCredentials(files, names);
      fault = null;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      fault = error.message;
      onFault(error);
    }
  }

  return {
    current() {
      refresh();
      return credentials;
    },
    fault() {
      refresh();
      return fault;
    },
  };
}

/** Cheap enough for every connection: three calls to the kernel. A rename over a file changes its inode. */
function fingerprint({ certFile, keyFile, caFile }: TlsFiles): string {
  return [certFile, keyFile, caFile]
    .map((file) => {
      const found = file === null ? undefined : statSync(file, { throwIfNoEntry: false, bigint: true });
      return found === undefined ? '-' : `${found.ino}.${found.size}.${found.mtimeNs}.${found.ctimeNs}`;
    })
    .join(' ');
}
