import { stat } from 'node:fs/promises';
import { AppError } from '@readroom/shared/error';
import { CERTIFICATE_WARN_DAYS, certificateDays } from '../../console/status.ts';
import { DICOM_TLS_NAMES, readCredentials } from '../../dicom/tls/credentials.ts';
import { fail, ok, warn } from './finding.ts';
import type { Check, Finding } from './finding.ts';

export const OTHERS = 0o007;

/** The certificate of DICOM over TLS: readable, whole, in its time, its key closed. */
export const checkTls: Check = async ({ dicomTls }) => {
  if (dicomTls === null) return [ok('DICOM over TLS is off: no certificate is named.')];
  const { files, requireCertificate } = dicomTls;
  try {
    const { validFrom, validTo } = readCredentials(files);
    const findings = [inTime({ validFrom, validTo, use: DICOM_TLS_NAMES.use, consequence: 'senders refuse to connect' }, Date.now())];
    if (((await stat(files.keyFile)).mode & OTHERS) !== 0) findings.push(fail(`Other users of this machine can read the TLS key ${files.keyFile}.`, `chmod 640 ${files.keyFile}, owned by root and the group of the node's user.`));
    if (!requireCertificate) findings.push(warn('Senders over TLS need no certificate: who sends is known by AE title and address only.', 'Give each sender a certificate, and take READROOM_DICOM_TLS_CLIENT_CERTIFICATE out.'));
    return findings;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [fail(error.message, 'The node does not start until it is right; a running one keeps the certificate it has.')];
  }
};

export interface CertificateUse {
  readonly validFrom: number;
  readonly validTo: number;
  readonly use: string;
  /** Of its end. */
  readonly consequence: string;
}

export function inTime({ validFrom, validTo, use, consequence }: CertificateUse, now: number): Finding {
  const renew = 'Have it renewed and replace its files: a running node takes them up by itself.';
  const days = certificateDays(validTo, now);
  if (now >= validTo) return fail(`The certificate of ${use} has ended on ${new Date(validTo).toISOString().slice(0, 10)}: ${consequence}.`, renew);
  if (now < validFrom) return fail(`The certificate of ${use} is not valid yet.`, 'Compare this machine’s clock with that of the CA: date -u.');
  if (days < CERTIFICATE_WARN_DAYS) return warn(`The certificate of ${use} ends in ${days} day(s).`, renew);
  return ok(`The certificate of ${use} is valid for ${days} days.`);
}
