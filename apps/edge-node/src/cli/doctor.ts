import { readEnv } from '../env.ts';
import { wrongCall } from './command.ts';
import type { Command } from './command.ts';
import { checkAllowed } from './doctor/allowed.ts';
import { checkDicom } from './doctor/dicom.ts';
import { checkDisk } from './doctor/disk.ts';
import { checkFolder } from './doctor/folder.ts';
import { checkGateway } from './doctor/gateway.ts';
import { checkKey } from './doctor/key.ts';
import { checkLan } from './doctor/lan.ts';
import { checkNode } from './doctor/node.ts';
import { checkTls } from './doctor/tls.ts';
import { checkPeers } from './doctor/peers.ts';
import { checkVault } from './doctor/vault.ts';
import type { Check, Finding } from './doctor/finding.ts';

const USAGE = 'doctor';
/** Loaded when it is its turn: the runtime of the models is large, and no other command needs it. */
const checkModels: Check = async (env) => (await import('./doctor/models.ts')).checkModels(env);
const CHECKS: readonly Check[] = [checkNode, checkDisk, checkFolder, checkVault, checkKey, checkGateway, checkDicom, checkTls, checkLan, checkAllowed, checkPeers, checkModels];
const WORDS = { ok: 'OK  ', warn: 'WARN', fail: 'FAIL' } as const satisfies Record<Finding['level'], string>;

/** Looks at everything the node stands on, says what to do about each fault, and exits with 1 when there is one. A warning is none. */
export const doctor: Command = {
  usage: USAGE,
  summary: 'check disk, key, clock, gateway, DICOM, PACS and models',
  async run(args, { env: source, say }) {
    if (args.length > 0) throw wrongCall(USAGE);
    const env = readEnv(source);
    let failed = 0;
    // One after the other: what a person reads first is at the bottom of everything after it.
    for (const check of CHECKS) {
      for (const finding of await check(env)) {
        if (finding.level === 'fail') failed += 1;
        say(`${WORDS[finding.level]}  ${finding.what}`);
        if (finding.remedy !== null) say(`      ${finding.remedy}`);
      }
    }
    say(failed === 0 ? 'Nothing is wrong.' : `${failed} thing(s) to mend.`);
    return failed === 0 ? 0 : 1;
  },
};
