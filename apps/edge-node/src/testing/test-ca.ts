import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Pair {
  readonly cert: string;
  readonly key: string;
}

export interface TestCa extends Pair {
  /** A certificate for 127.0.0.1 and localhost, as the guide for hospital IT makes one; `days` may be past. */
  issue(name: string, days?: number): Pair;
}

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: 'ignore' });
}

/** A certificate authority of a test's own, in PEM files. */
export function makeTestCa(folder: string, name: string): TestCa {
  const ca = { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', `/CN=${name}`, '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign', '-keyout', ca.key, '-out', ca.cert);
  return {
    ...ca,
    issue(who, days = 30) {
      const pair = { cert: join(folder, `${who}.pem`), key: join(folder, `${who}.key`) };
      const request = join(folder, `${who}.csr`);
      const extensions = join(folder, `${who}.ext`);
      writeFileSync(extensions, 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n');
      openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${who}`, '-keyout', pair.key, '-out', request);
      openssl('x509', '-req', '-in', request, '-CA', ca.cert, '-CAkey', ca.key, '-CAcreateserial', '-days', String(days), '-extfile', extensions, '-out', pair.cert);
      return pair;
    },
  };
}
