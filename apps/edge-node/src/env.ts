import { z } from 'zod';
import { aeTitleSchema } from '@readroom/shared/dicom/ae-title';
import { AppError } from '@readroom/shared/error';
import { parseCaller } from './dicom/admission/allow-list.ts';
import type { AllowPolicy } from './dicom/admission/allow-list.ts';
import { parseNetwork } from './dicom/admission/network.ts';
import type { QueryRetrieve } from './dicom/scu/query-retrieve.ts';
import { LAN_ENV, lanMailOf, lanOf } from './env-lan.ts';
import type { LanMailSettings, LanSettings } from './env-lan.ts';
import { TLS_ENV, tlsOf } from './env-tls.ts';
import type { DicomTlsSettings } from './env-tls.ts';

/** An application entity that this node may ask. */
export interface Peer {
  readonly aeTitle: string;
  readonly host: string;
  readonly port: number;
  /** What it may be asked beside C-ECHO: for studies, and to send them here. */
  readonly asks: readonly QueryRetrieve[];
}

/** What may follow the port of a peer. A PACS that sends but is not searched would never be asked for anything. */
const ASKS: Readonly<Record<string, readonly QueryRetrieve[]>> = { '': [], '/find': ['find'], '/find+move': ['find', 'move'] };

const port = z.coerce.number().int().min(0).max(65_535);

/** Comma-separated; empty entries are none. */
const list = z.string().default('').transform((text) => text.split(',').map((entry) => entry.trim()).filter((entry) => entry !== ''));

/** A list that closes the node to others must never be read as none: text that names nobody is a mistake. */
const allowed = <T extends object>(parse: (text: string) => T | { readonly problem: string }) =>
  z.string().optional().transform((text, context): readonly T[] => {
    if (text === undefined) return [];
    const entries = text.split(',').map((entry) => entry.trim()).filter((entry) => entry !== '');
    if (entries.length === 0) context.addIssue({ code: 'custom', message: 'names nobody; leave it out to allow everybody' });
    return entries.flatMap((entry) => {
      const one = parse(entry);
      if (!('problem' in one)) return [one];
      context.addIssue({ code: 'custom', message: one.problem });
      return [];
    });
  });

/** `PACS@10.0.0.5:104`, `PACS@pacs.example:104/find+move` or `PACS@[fd00::5]:104`. */
const peerSchema = z.string().transform((text, context): Peer => {
  const parts = /^(.+)@(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):(\d{1,5})(\/.*)?$/.exec(text);
  const aeTitle = aeTitleSchema.safeParse(parts?.[1]);
  const number = Number(parts?.[4]);
  const host = parts?.[2] ?? parts?.[3];
  const asks = ASKS[parts?.[5] ?? ''];
  const isPeer = aeTitle.success && host !== undefined && number >= 1 && number <= 65_535;
  if (isPeer && asks) return { aeTitle: aeTitle.data, host, port: number, asks };
  const problem = isPeer ? `${text}: a PACS may be asked /find or /find+move, and ${parts?.[5] ?? ''} is neither` : `${text} is not AETITLE@HOST:PORT`;
  context.addIssue({ code: 'custom', message: problem });
  return z.NEVER;
});

/** The node's boot settings: the only reader of its environment. A port of 0 lets the system choose (tests). */
const envSchema = z.object({
  /** The gateway's origin, dialled out to. */
  READROOM_GATEWAY_URL: z.url({ protocol: /^https?$/ }),
  READROOM_NODE_KEY_FILE: z.string().min(1),
  READROOM_EDGE_HOME: z.string().min(1),
  READROOM_MODELS_DIR: z.string().min(1),
  /** Public keys of those who may sign models. Set: a model that did not come along is used only if one of them signed it. */
  READROOM_MODEL_SIGNERS_FILE: z.string().min(1).optional(),
  READROOM_DICOM_HOST: z.string().min(1).default('0.0.0.0'),
  READROOM_DICOM_PORT: port.default(11_112),
  /** `off`: associations are taken over TLS only. */
  READROOM_DICOM_PLAIN: z.enum(['on', 'off']).default('on'),
  ...TLS_ENV,
  ...LAN_ENV,
  READROOM_AE_TITLE: aeTitleSchema.default('READROOM'),
  READROOM_CONSOLE_PORT: port.default(8088),
  READROOM_MAX_ASSOCIATIONS: z.coerce.number().int().min(1).max(1_000).default(32),
  /** Who may associate: AE titles, each alone or as AETITLE@NETWORK. Not set: everybody. */
  READROOM_ALLOWED_CALLING: allowed(parseCaller),
  /** From where: addresses and networks. Not set: from everywhere. */
  READROOM_ALLOWED_ADDRESSES: allowed(parseNetwork),
  /** The PACS that this node knows: each is asked by the doctor, and for priors where it says so. */
  READROOM_PEERS: list.pipe(z.array(peerSchema).max(32)),
  /** Free disk space below which images are refused (0xA700), in MiB. */
  READROOM_DISK_RESERVE_MB: z.coerce.number().int().min(1).max(1_000_000).default(512),
  /** A study is deleted this many days after its last image came (law ED4). */
  READROOM_RETENTION_DAYS: z.coerce.number().int().min(1).max(3_650).default(30),
  READROOM_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

export interface EdgeEnv {
  readonly gatewayUrl: string;
  readonly nodeKeyFile: string;
  readonly home: string;
  readonly modelsDir: string;
  /** Null: models need no signature. */
  readonly modelSignersFile: string | null;
  readonly dicomHost: string;
  /** Null: no association is taken without TLS. */
  readonly dicomPort: number | null;
  /** Null: off. */
  readonly dicomTls: DicomTlsSettings | null;
  /** AL7: how long the gateway has to acknowledge a critical result. */
  readonly lanAfterMs: number;
  /** The hospital's own page. Null: off. */
  readonly lan: LanSettings | null;
  /** Null: no mail is sent. */
  readonly lanMail: LanMailSettings | null;
  readonly aeTitle: string;
  readonly consolePort: number;
  readonly maxAssociations: number;
  readonly allow: AllowPolicy;
  readonly peers: readonly Peer[];
  readonly diskReserveBytes: number;
  readonly keepMs: number;
  readonly logLevel: string;
}

type Source = Readonly<Record<string, string | undefined>>;

/** Single settings, for the commands that need no other. @throws AppError `settings` */
export const readConsolePort = (source: Source): number => readOne(envSchema.shape.READROOM_CONSOLE_PORT, 'READROOM_CONSOLE_PORT', source);
export const readAeTitle = (source: Source): string => readOne(envSchema.shape.READROOM_AE_TITLE, 'READROOM_AE_TITLE', source);
export const readPeers = (source: Source): readonly Peer[] => readOne(envSchema.shape.READROOM_PEERS, 'READROOM_PEERS', source);
export const readModelsDir = (source: Source): string => readOne(envSchema.shape.READROOM_MODELS_DIR, 'READROOM_MODELS_DIR', source);

export const readDiskReserveBytes = (source: Source): number => readOne(envSchema.shape.READROOM_DISK_RESERVE_MB, 'READROOM_DISK_RESERVE_MB', source) * 1024 * 1024;
export const readEdgeHome = (source: Source): string => readOne(envSchema.shape.READROOM_EDGE_HOME, 'READROOM_EDGE_HOME', source);
/** Null when it is not set. */
export const readModelSignersFile = (source: Source): string | null => readOne(envSchema.shape.READROOM_MODEL_SIGNERS_FILE, 'READROOM_MODEL_SIGNERS_FILE', source) ?? null;

export const readNodeKeyFile = (source: Source): string => readOne(envSchema.shape.READROOM_NODE_KEY_FILE, 'READROOM_NODE_KEY_FILE', source);
/** Null when it is not set. */
export const readGatewayUrl = (source: Source): string | null => readOne(envSchema.shape.READROOM_GATEWAY_URL.optional(), 'READROOM_GATEWAY_URL', source) ?? null;

function readOne<T>(schema: z.ZodType<T>, name: string, source: Source): T {
  const text = source[name];
  const one = schema.safeParse(text === '' ? undefined : text);
  if (one.success) return one.data;
  throw new AppError('settings', { class: 'permanent', message: `${name} is not usable: ${one.error.issues[0]?.message ?? 'unknown'}. Set it as the guide for hospital IT says.` });
}

/** @throws AppError `settings`, naming every variable that is wrong */
export function readEnv(source: Readonly<Record<string, string | undefined>> = process.env): EdgeEnv {
  const parsed = envSchema.safeParse(Object.fromEntries(Object.entries(source).filter(([, value]) => value !== '')));
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw new AppError('settings', { class: 'permanent', message: `The edge node's settings are not usable. ${wrong}.` });
  }
  const env = parsed.data;
  const dicomTls = tlsOf(env);
  if (env.READROOM_DICOM_PLAIN === 'off' && dicomTls === null) {
    throw new AppError('settings', { class: 'permanent', message: 'READROOM_DICOM_PLAIN=off leaves no DICOM port: configure DICOM over TLS (READROOM_DICOM_TLS_CERT_FILE and its key and CA), or take it out.' });
  }
  return {
    gatewayUrl: env.READROOM_GATEWAY_URL,
    nodeKeyFile: env.READROOM_NODE_KEY_FILE,
    home: env.READROOM_EDGE_HOME,
    modelsDir: env.READROOM_MODELS_DIR,
    modelSignersFile: env.READROOM_MODEL_SIGNERS_FILE ?? null,
    dicomHost: env.READROOM_DICOM_HOST,
    dicomPort: env.READROOM_DICOM_PLAIN === 'on' ? env.READROOM_DICOM_PORT : null,
    dicomTls,
    lanAfterMs: env.READROOM_LAN_AFTER_SECONDS * 1_000,
    lan: lanOf(env),
    lanMail: lanMailOf(env),
    aeTitle: env.READROOM_AE_TITLE,
    consolePort: env.READROOM_CONSOLE_PORT,
    maxAssociations: env.READROOM_MAX_ASSOCIATIONS,
    allow: { callers: env.READROOM_ALLOWED_CALLING, addresses: env.READROOM_ALLOWED_ADDRESSES },
    peers: env.READROOM_PEERS,
    diskReserveBytes: env.READROOM_DISK_RESERVE_MB * 1024 * 1024,
    keepMs: env.READROOM_RETENTION_DAYS * 86_400_000,
    logLevel: env.READROOM_LOG_LEVEL,
  };
}
