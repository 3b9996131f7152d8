import { createHash, createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { supervise } from './host/child.ts';
import type { Child } from './host/child.ts';
import type { Settings } from './settings.ts';

export interface Wiring {
  readonly settings: Settings;
  readonly databaseUrl: string;
  /** Loopback port of the pages; the gateway hands them on. */
  readonly webPort: number;
  readonly authSecretFile: string;
  readonly nodeKeyFile: string;
  /** Makes the first administrator, once; null in the demo. */
  readonly setupToken: string | null;
  say(line: string): void;
  onGiveUp(sentence: string): void;
}

/** What of our own environment a child may see. The rest may hold secrets that are not its own. */
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'NODE_EXTRA_CA_CERTS', 'NODE_COMPILE_CACHE', 'READROOM_LOG_LEVEL'];

/** Settings that a site may give the gateway and the edge node beside those of the start (apps/gateway/src/env.ts, apps/edge-node/src/env.ts). */
const GATEWAY_SETTINGS = ['READROOM_HOST', 'READROOM_PUBLIC_URL', 'READROOM_TRUSTED_PROXIES', 'READROOM_METRICS_TOKEN_FILE', 'READROOM_SMTP_URL_FILE', 'READROOM_MAIL_FROM', 'READROOM_WEBHOOK_NETWORKS'];
const EDGE_SETTINGS = ['READROOM_DICOM_HOST', 'READROOM_AE_TITLE', 'READROOM_MAX_ASSOCIATIONS', 'READROOM_PEERS', 'READROOM_ALLOWED_CALLING', 'READROOM_ALLOWED_ADDRESSES', 'READROOM_DICOM_PLAIN', 'READROOM_DICOM_TLS_PORT', 'READROOM_DICOM_TLS_CERT_FILE', 'READROOM_DICOM_TLS_KEY_FILE', 'READROOM_DICOM_TLS_CA_FILE', 'READROOM_DICOM_TLS_CLIENT_CERTIFICATE', 'READROOM_LAN_HOST', 'READROOM_LAN_PORT', 'READROOM_LAN_CERT_FILE', 'READROOM_LAN_KEY_FILE', 'READROOM_LAN_AFTER_SECONDS', 'READROOM_LAN_MAIL_TO', 'READROOM_SMTP_URL_FILE', 'READROOM_MAIL_FROM', 'READROOM_DISK_RESERVE_MB', 'READROOM_RETENTION_DAYS'];

const BACKOFF_MS = [200, 1_000, 2_000, 5_000, 10_000];

export function gatewayUrl(settings: Settings): string {
  return `http://127.0.0.1:${String(settings.port)}`;
}

export async function gatewayProcess(wiring: Wiring): Promise<Child> {
  const { settings } = wiring;
  const publicKey = createPublicKey(await readFile(wiring.nodeKeyFile)).export({ type: 'spki', format: 'der' });
  return child(wiring, 'gateway', ['apps/gateway/src/main.ts'], {
    ...passedOn(GATEWAY_SETTINGS),
    DATABASE_URL: wiring.databaseUrl,
    ...(settings.redisUrl === null ? {} : { REDIS_URL: settings.redisUrl }),
    READROOM_PORT: String(settings.port),
    READROOM_WEB_URL: `http://127.0.0.1:${String(wiring.webPort)}`,
    READROOM_AUTH_SECRET_FILE: wiring.authSecretFile,
    READROOM_DEMO: settings.demo ? '1' : '0',
    READROOM_LOCAL_NODE_PUBLIC_KEY: publicKey.toString('base64url'),
    ...(wiring.setupToken === null ? {} : { READROOM_SETUP_TOKEN_HASH: sha256(wiring.setupToken) }),
  }, () => answers(`${gatewayUrl(settings)}/healthz`));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function edgeProcess(wiring: Wiring): Child {
  const { settings } = wiring;
  return child(wiring, 'edge node', ['apps/edge-node/src/main.ts'], {
    ...passedOn(EDGE_SETTINGS),
    READROOM_GATEWAY_URL: gatewayUrl(settings),
    READROOM_NODE_KEY_FILE: wiring.nodeKeyFile,
    READROOM_EDGE_HOME: join(settings.home, 'edge'),
    READROOM_DICOM_PORT: String(settings.dicomPort),
    READROOM_CONSOLE_PORT: String(settings.consolePort),
    READROOM_MODELS_DIR: join(settings.root, 'models'),
  }, () => answers(`http://127.0.0.1:${String(settings.consolePort)}/healthz`));
}

/** Of the edge console's status, what the start wants to know. */
const statusSchema = z.object({
  link: z.object({ state: z.string() }),
  outbox: z.object({ depth: z.number() }),
  studies: z.object({ receiving: z.number(), inFlight: z.number() }),
});
const LINK_TIMEOUT_MS = 30_000;

async function edgeStatus(settings: Settings): Promise<z.infer<typeof statusSchema> | null> {
  const url = `http://127.0.0.1:${String(settings.consolePort)}/api/status`;
  const body: unknown = await fetch(url, { signal: AbortSignal.timeout(5_000) }).then((response) => response.json(), () => null);
  return statusSchema.safeParse(body).data ?? null;
}

/** Nothing arrives, nothing is being analysed, and the gateway knows all of it. */
export async function edgeIsIdle(settings: Settings): Promise<boolean> {
  const status = await edgeStatus(settings);
  return status !== null && status.studies.receiving + status.studies.inFlight + status.outbox.depth === 0;
}

/** Waits (bounded) until the edge node says that its link to the gateway is up. */
export async function edgeLinked(settings: Settings, signal: AbortSignal): Promise<boolean> {
  const deadline = Date.now() + LINK_TIMEOUT_MS;
  while (Date.now() < deadline && !signal.aborted) {
    if ((await edgeStatus(settings))?.link.state === 'up') return true;
    await delay(200);
  }
  return false;
}

/** The production pages. Their memory is bounded: a page server that grows is a page server that leaks. */
export function webProcess(wiring: Wiring): Child {
  const next = join(wiring.settings.root, 'node_modules/next/dist/bin/next');
  const args = ['--max-old-space-size=512', next, 'start', '-H', '127.0.0.1', '-p', String(wiring.webPort)];
  return child(wiring, 'pages', args, { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }, () => answers(`http://127.0.0.1:${String(wiring.webPort)}/sign-in`), 'apps/web');
}

function child(wiring: Wiring, name: string, args: readonly string[], env: Record<string, string>, ready: () => Promise<boolean>, cwd = '.'): Child {
  const { root, home } = wiring.settings;
  const preload = join(root, 'tools/start/host/follow-parent.mjs');
  return supervise({
    name,
    args: ['--import', preload, '--disable-warning=ExperimentalWarning', ...args],
    cwd: join(root, cwd),
    // Most of a start is compiling: a part that ended is back sooner with what the last one compiled.
    env: { NODE_COMPILE_CACHE: join(home, 'compiled'), ...passedOn(PASSED_ON), ...env },
    logFile: join(home, 'logs', `${name.replace(' ', '-')}.log`),
    ready,
    readyTimeoutMs: 90_000,
    stopTimeoutMs: 20_000,
    backoffMs: BACKOFF_MS,
    onGiveUp: (sentence) => wiring.onGiveUp(sentence),
    say: (line) => wiring.say(line),
  });
}

function passedOn(names: readonly string[]): Record<string, string> {
  const pairs = names.map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(pairs.filter((pair): pair is readonly [string, string] => pair[1] !== undefined));
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000), redirect: 'manual' });
  await response.body?.cancel();
  return response.status < 500;
}
