import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { PeerCertificate } from 'node:tls';
import { fail, ok, warn } from './finding.ts';
import type { Check, Finding } from './finding.ts';

const TIMEOUT_MS = 8_000;
const DAY_MS = 86_400_000;
const RENEW_BEFORE_DAYS = 21;
/** The Date header has whole seconds. */
const CLOCK_WARN_MS = 2_000;
const CLOCK_FAIL_MS = 60_000;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1']);

/** Name, certificate, reachability and clock, in that order: the first that fails explains the rest. */
export const checkGateway: Check = async ({ gatewayUrl }) => {
  const url = new URL(gatewayUrl);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const name = await checkName(host);
  if (name.level === 'fail') return [name];
  const tls = await checkTls(url, host);
  if (tls.level === 'fail') return [name, tls];
  return [name, tls, ...(await checkAnswer(url))];
};

async function checkName(host: string): Promise<Finding> {
  if (isIP(host) !== 0) return ok(`The gateway is given by address (${host}): no name is looked up.`);
  try {
    return ok(`${host} is ${(await lookup(host)).address}.`);
  } catch (error) {
    return fail(`The name of the gateway, ${host}, cannot be looked up (${codeOf(error)}).`, 'Check /etc/resolv.conf and the DNS server, or the name in READROOM_GATEWAY_URL.');
  }
}

async function checkTls(url: URL, host: string): Promise<Finding> {
  if (url.protocol === 'http:') {
    if (LOOPBACK.has(host)) return ok('The gateway is on this machine: no TLS is needed.');
    return warn('The link to the gateway is not encrypted.', 'Give the gateway a certificate and write https: in READROOM_GATEWAY_URL.');
  }
  try {
    const { certificate, protocol } = await handshake(host, Number(url.port || '443'));
    const days = Math.floor((Date.parse(certificate.valid_to) - Date.now()) / DAY_MS);
    if (days < RENEW_BEFORE_DAYS) return warn(`The gateway's certificate ends in ${days} day(s).`, 'Tell the administrator of the gateway to renew it.');
    return ok(`TLS to the gateway is ${protocol ?? 'up'}; its certificate is valid for ${days} days.`);
  } catch (error) {
    const code = codeOf(error);
    const isCertificate = /CERT|SIGNED|ISSUER|ALTNAME|CA_/.test(code);
    const remedy = isCertificate
      ? 'For a hospital CA set NODE_EXTRA_CA_CERTS to its PEM file. For a certificate that ended or has another name, tell the administrator of the gateway.'
      : 'Check the network, the firewall (outbound TCP to this port) and READROOM_GATEWAY_URL.';
    return fail(`TLS to ${host} port ${url.port || '443'} fails (${code}).`, remedy);
  }
}

function handshake(host: string, port: number): Promise<{ certificate: PeerCertificate; protocol: string | null }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), timeout: TIMEOUT_MS }, () => {
      resolve({ certificate: socket.getPeerCertificate(), protocol: socket.getProtocol() });
      socket.destroy();
    });
    socket.once('timeout', () => socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
    socket.once('error', reject);
  });
}

async function checkAnswer(url: URL): Promise<Finding[]> {
  const began = Date.now();
  let response: Response;
  try {
    response = await fetch(new URL('/healthz', url), { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'manual' });
    await response.body?.cancel();
  } catch (error) {
    return [fail(`The gateway does not answer at ${url.origin} (${codeOf(error)}).`, 'Check the network, the firewall (outbound TCP to this port) and READROOM_GATEWAY_URL. Images are taken meanwhile.')];
  }
  const clock = clockFinding(response.headers.get('date'), began, Date.now());
  if (response.status === 200) return [ok(`The gateway answers at ${url.origin}.`), clock];
  if (response.status === 503) return [warn('The gateway answers, and says that it is not well (503).', 'Its database is probably down: tell its administrator. Results are kept here.'), clock];
  return [fail(`What answers at ${url.origin} is not Readroom (status ${response.status}).`, 'Correct READROOM_GATEWAY_URL, or the proxy in front of the gateway.'), clock];
}

/** Our clock against the answer's Date, which is somewhere in its second; the request's middle is when it was written. */
function clockFinding(date: string | null, began: number, ended: number): Finding {
  const theirs = date === null ? NaN : Date.parse(date) + 500;
  if (Number.isNaN(theirs)) return warn('The gateway does not say what time it is.', 'Compare the clocks by hand: date -u.');
  const offMs = (began + ended) / 2 - theirs;
  const say = `This machine's clock is ${(Math.abs(offMs) / 1000).toFixed(0)} s ${offMs > 0 ? 'ahead of' : 'behind'} the gateway's.`;
  const remedy = 'Set it by NTP: timedatectl set-ntp true, or chrony with the hospital’s time server.';
  if (Math.abs(offMs) > CLOCK_FAIL_MS) return fail(say, remedy);
  return Math.abs(offMs) > CLOCK_WARN_MS ? warn(say, remedy) : ok('This machine and the gateway agree on the time within 2 s.');
}

function codeOf(error: unknown): string {
  const cause: unknown = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return cause instanceof Error ? cause.name : 'unknown';
}
