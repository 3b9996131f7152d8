import { AppError } from '@readroom/shared/error';
import { openQueryRetrieve } from '../../dicom/scu/query-retrieve.ts';
import { verify } from '../../dicom/scu/verify.ts';
import type { EdgeEnv, Peer } from '../../env.ts';
import { realTimer } from '../../infra/timers.ts';
import { FIND_LIMITS } from '../../prior/search.ts';
import { fail, ok } from './finding.ts';
import type { Check, Finding } from './finding.ts';

/** Every PACS of READROOM_PEERS, all at once: C-ECHO, and an association for whatever else it is asked. */
export const checkPeers: Check = async (env) => {
  if (env.peers.length === 0) return [ok('No PACS is named in READROOM_PEERS: none is asked.')];
  return await Promise.all(env.peers.map((peer) => checkPeer(env, peer)));
};

async function checkPeer({ aeTitle }: EdgeEnv, peer: Peer): Promise<Finding> {
  const where = `PACS ${peer.aeTitle} at ${peer.host} port ${peer.port}`;
  const target = { host: peer.host, port: peer.port, calledAeTitle: peer.aeTitle, callingAeTitle: aeTitle };
  const context = { clock: Date.now, setTimer: realTimer };
  const services = ['C-ECHO', ...peer.asks.map((service) => `C-${service.toUpperCase()}`)];
  let asked = 'C-ECHO';
  try {
    await verify(target, context);
    for (const service of peer.asks) {
      asked = `C-${service.toUpperCase()}`;
      await (await openQueryRetrieve(service, target, context, FIND_LIMITS)).release();
    }
    return ok(`${where} answers ${services.join(', ')}.`);
  } catch (error) {
    const why = error instanceof AppError ? error.message : 'An internal error.';
    return fail(`${where} does not answer ${asked}. ${why}`, `Have ${aeTitle} and this machine's address entered there, and check READROOM_PEERS and the firewall.`);
  }
}
