import { AppError } from '@readroom/shared/error';
import { verify } from '../../dicom/scu/verify.ts';
import type { EdgeEnv, Peer } from '../../env.ts';
import { realTimer } from '../../infra/timers.ts';
import { fail, ok } from './finding.ts';
import type { Check, Finding } from './finding.ts';

/** C-ECHO to every PACS of READROOM_PEERS, all at once. */
export const checkPeers: Check = async (env) => {
  if (env.peers.length === 0) return [ok('No PACS is named in READROOM_PEERS: none is asked.')];
  return await Promise.all(env.peers.map((peer) => checkPeer(env, peer)));
};

async function checkPeer({ aeTitle }: EdgeEnv, { host, port, aeTitle: calledAeTitle }: Peer): Promise<Finding> {
  const where = `PACS ${calledAeTitle} at ${host} port ${port}`;
  try {
    await verify({ host, port, calledAeTitle, callingAeTitle: aeTitle }, { clock: Date.now, setTimer: realTimer });
    return ok(`${where} answers C-ECHO.`);
  } catch (error) {
    const why = error instanceof AppError ? error.message : 'An internal error.';
    return fail(`${where} does not answer C-ECHO. ${why}`, `Have ${aeTitle} and this machine's address entered there, and check READROOM_PEERS and the firewall.`);
  }
}
