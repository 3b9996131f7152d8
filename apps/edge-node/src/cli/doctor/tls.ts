import { stat } from 'node:fs/promises';
import { AppError } from '@readroom/shared/error';
import { CERTIFICATE_WARN_DAYS, certificateDays } from '../../console/status.ts';
import { readCredentials } from '../../dicom/tls/credentials.ts';
import { fail, ok, warn } from './finding.ts';
import type { Check, Finding } from './finding.ts';

const OTHERS = 0o007;

/** The certificate of DICOM over TLS: readable, whole, in its time, its key closed. */
export const checkTls: Check = async ({ dicomTls }) => {
  if (dicomTls === null) return [ok('DICOM over TLS is off: no certificate is named.')];
  const { files, requireCertificate } = dicomTls;
  try {
    const { validFrom, validTo } = readCredentials(files);
    const findings = [inTime(validFrom, validTo, Date.now())];
    if (((await stat(files.keyFile)).mode & OTHERS) !== 0) findings.push(fail(`Other users of this machine can read the TLS key ${files.keyFile}.`, `chmod 640 ${files.keyFile}, owned by root and the group of the node's user.`));
    if (!requireCertificate) findings.push(warn('Senders over TLS need no certificate: who sends is known by AE title and address only.', 'Give each sender a certificate, and take READROOM_DICOM_TLS_CLIENT_CERTIFICATE out.'));
    return findings;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [fail(error.message, 'The node does not start until it is right; a running one keeps the certificate it has.')];
  }
};

function inTime(validFrom: number, validTo: number, now: number): Finding {
  const renew = 'Have it renewed and replace its files: a running node takes them up by itself.';
  const days = certificateDays(validTo, now);
  if (now >= validTo) return fail(`The certificate of DICOM over TLS has ended on ${new Date(validTo).toISOString().slice(0, 10)}: senders refuse to connect.`, renew);
  if (now < validFrom) return fail('The certificate of DICOM over TLS is not valid yet.', 'Compare this machine’s clock with that of the CA: date -u.');
  if (days < CERTIFICATE_WARN_DAYS) return warn(`The certificate of DICOM over TLS ends in ${days} day(s).`, renew);
  return ok(`The certificate of DICOM over TLS is valid for ${days} days.`);
}
