import { aeTitleSchema } from '@readroom/shared/dicom/ae-title';
import { AppError } from '@readroom/shared/error';
import type { ScuTarget } from '../dicom/scu/association.ts';
import { verify } from '../dicom/scu/verify.ts';
import { keepCredentials } from '../dicom/tls/keeper.ts';
import { readAeTitle, readPeers } from '../env.ts';
import type { Peer } from '../env.ts';
import { readTlsFiles } from '../env-tls.ts';
import { realTimer } from '../infra/timers.ts';
import { wrongCall } from './command.ts';
import type { Command } from './command.ts';

const USAGE = 'echo HOST PORT AET [--tls] | echo AET [--tls]';

/** C-ECHO from this node's AE title to a PACS, by address or by its name in READROOM_PEERS; with this node's certificate where it wants TLS. */
export const echo: Command = {
  usage: USAGE,
  summary: 'C-ECHO to a PACS or modality, as this node',
  async run(args, { env, say }) {
    const isTls = args.includes('--tls');
    const named = args.filter((arg) => arg !== '--tls');
    const { host, port, calledAeTitle } = named.length === 1 ? peerNamed(named[0] ?? '', readPeers(env)) : addressed(named);
    const callingAeTitle = readAeTitle(env);
    const tls = isTls ? { tls: keepCredentials(readTlsFiles(env)) } : {};
    const { tookMs } = await verify({ host, port, calledAeTitle, callingAeTitle, ...tls }, { clock: Date.now, setTimer: realTimer });
    say(`${calledAeTitle} at ${host} port ${port} answered our C-ECHO (as ${callingAeTitle}${isTls ? ', over TLS' : ''}) in ${Math.round(tookMs)} ms.`);
    return 0;
  },
};

type Called = Omit<ScuTarget, 'callingAeTitle'>;

function addressed([host, port, aeTitle, ...more]: readonly string[]): Called {
  const number = Number(port);
  const called = aeTitleSchema.safeParse(aeTitle);
  if (host === undefined || !Number.isInteger(number) || number < 1 || number > 65_535 || !called.success || more.length > 0) throw wrongCall(USAGE);
  return { host, port: number, calledAeTitle: called.data };
}

function peerNamed(aeTitle: string, peers: readonly Peer[]): Called {
  const peer = peers.find((one) => one.aeTitle === aeTitle);
  if (peer) return { host: peer.host, port: peer.port, calledAeTitle: peer.aeTitle };
  const known = peers.length === 0 ? 'it names none' : `it names ${peers.map((one) => one.aeTitle).join(', ')}`;
  throw new AppError('peer-unknown', { class: 'permanent', message: `READROOM_PEERS does not name ${aeTitle}: ${known}. Give its address: echo HOST PORT ${aeTitle}.` });
}
