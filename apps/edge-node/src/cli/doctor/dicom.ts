import { createServer } from 'node:net';
import { isAppError } from '@readroom/shared/error';
import { compileAllowList } from '../../dicom/admission/allow-list.ts';
import { verify } from '../../dicom/scu/verify.ts';
import type { EdgeEnv } from '../../env.ts';
import { realTimer } from '../../infra/timers.ts';
import { askConsole } from '../console-client.ts';
import { fail, ok } from './finding.ts';
import type { Check, Finding } from './finding.ts';

const ANY_ADDRESS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** The DICOM ports: answered by the running node, or free for it. */
export const checkDicom: Check = async (env) => {
  const running = await askConsole(env.consolePort).catch(() => null);
  if (running) return running.dicomPort === null ? [ok('The plain DICOM port is switched off.')] : [await answers(env, running.dicomPort)];
  const free = [env.dicomPort === null ? ok('The plain DICOM port is switched off.') : await isFree(env.dicomHost, env.dicomPort, 'READROOM_DICOM_PORT')];
  return env.dicomTls === null ? free : [...free, await isFree(env.dicomHost, env.dicomTls.port, 'READROOM_DICOM_TLS_PORT')];
};

async function answers({ aeTitle, dicomHost, allow }: EdgeEnv, port: number): Promise<Finding> {
  const host = ANY_ADDRESS[dicomHost] ?? dicomHost;
  try {
    await verify({ host, port, calledAeTitle: aeTitle, callingAeTitle: aeTitle }, { clock: Date.now, setTimer: realTimer });
    return ok(`DICOM port ${port} answers C-ECHO as ${aeTitle}.`);
  } catch (error) {
    const allowed = compileAllowList(allow);
    const isKeptOut = !allowed.allowsAddress(host) || allowed.caller(aeTitle, host) !== 'allowed';
    if (isKeptOut && isAppError(error) && error.code === 'association-rejected') return ok(`DICOM port ${port} answers, and refuses this machine as its allow-lists say.`);
    const why = isAppError(error) ? error.message : 'An internal error.';
    return fail(`DICOM port ${port} does not answer C-ECHO. ${why}`, 'Restart the node, and read its log with readroom-edge logs.');
  }
}

function isFree(dicomHost: string, dicomPort: number, setting: string): Promise<Finding> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const remedy = error.code === 'EACCES'
        ? 'Ports below 1024 need CAP_NET_BIND_SERVICE: use 11112.'
        : `Stop the program that has it (ss -ltnp), or set ${setting} and READROOM_DICOM_HOST.`;
      resolve(fail(`DICOM port ${dicomPort} on ${dicomHost} cannot be opened (${error.code ?? 'unknown'}).`, remedy));
    });
    server.listen(dicomPort, dicomHost, () => server.close(() => resolve(ok(`DICOM port ${dicomPort} on ${dicomHost} is free for the node.`))));
  });
}
