import { stat } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { AppError } from '@readroom/shared/error';
import { readCredentials } from '../../dicom/tls/credentials.ts';
import { LAN_TLS_NAMES } from '../../env-lan.ts';
import { lanUsersFile, openLanUsers } from '../../lan/users.ts';
import { fail, ok, warn } from './finding.ts';
import type { Check } from './finding.ts';
import { OTHERS, inTime } from './tls.ts';

/** The hospital's own page (law AL7): off, or its certificate and those who may sign in. */
export const checkLan: Check = async ({ lan, home, lanAfterMs }) => {
  if (lan === null) return [ok('The hospital’s own page is off: no certificate is named. A critical result the gateway does not acknowledge is said on the console alone.')];
  try {
    const { validFrom, validTo } = readCredentials(lan.files, LAN_TLS_NAMES);
    const findings = [inTime({ validFrom, validTo, use: LAN_TLS_NAMES.use, consequence: 'browsers refuse to open it' }, Date.now())];
    if (((await stat(lan.files.keyFile)).mode & OTHERS) !== 0) findings.push(fail(`Other users of this machine can read the TLS key ${lan.files.keyFile}.`, `chmod 640 ${lan.files.keyFile}, owned by root and the group of the node's user.`));
    const users = countUsers(home);
    findings.push(users === 0 ? warn('Nobody has a sign-in of the hospital’s own page.', 'Add the readers on duty: readroom-edge lan add-user ACCOUNT NAME.') : ok(`${users} person(s) may sign in at the hospital’s own page, which rings ${lanAfterMs / 1_000} s after a critical result that the gateway does not acknowledge.`));
    return findings;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [fail(error.message, 'The node does not start until it is right; a running one keeps the certificate it has.')];
  }
};

/** Looking makes no file. */
function countUsers(home: string): number {
  if (!existsSync(lanUsersFile(home))) return 0;
  const users = openLanUsers(lanUsersFile(home), Date.now);
  try {
    return users.count();
  } finally {
    users.close();
  }
}
