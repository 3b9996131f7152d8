import { aeTitleSchema } from '@readroom/shared/dicom/ae-title';
import { verify } from '../dicom/scu/verify.ts';
import { keepCredentials } from '../dicom/tls/keeper.ts';
import { readAeTitle } from '../env.ts';
import { readTlsFiles } from '../env-tls.ts';
import { realTimer } from '../infra/timers.ts';
import { wrongCall } from './command.ts';
import type { Command } from './command.ts';

const USAGE = 'echo HOST PORT AET [--tls]';

/** C-ECHO from this node's AE title to a PACS, with this node's certificate where it wants TLS. */
export const echo: Command = {
  usage: USAGE,
  summary: 'C-ECHO to a PACS or modality, as this node',
  async run(args, { env, say }) {
    const isTls = args.includes('--tls');
    const [host, port, aeTitle, ...more] = args.filter((arg) => arg !== '--tls');
    const number = Number(port);
    const called = aeTitleSchema.safeParse(aeTitle);
    if (host === undefined || !Number.isInteger(number) || number < 1 || number > 65_535 || !called.success || more.length > 0) throw wrongCall(USAGE);
    const callingAeTitle = readAeTitle(env);
    const tls = isTls ? { tls: keepCredentials(readTlsFiles(env)) } : {};
    const { tookMs } = await verify({ host, port: number, calledAeTitle: called.data, callingAeTitle, ...tls }, { clock: Date.now, setTimer: realTimer });
    say(`${called.data} at ${host} port ${number} answered our C-ECHO (as ${callingAeTitle}${isTls ? ', over TLS' : ''}) in ${Math.round(tookMs)} ms.`);
    return 0;
  },
};
