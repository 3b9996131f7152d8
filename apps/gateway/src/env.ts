import { z } from 'zod';
import { AppError } from '@readroom/shared/error';
import { publicKeySchema } from '@readroom/shared/wire/auth';

const origin = z.url({ protocol: /^https?$/ }).transform((text) => new URL(text).origin);
const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits (a sha256)');
const flag = z.enum(['0', '1']).transform((text) => text === '1');

/** Boot settings of the gateway. Everything else is a run setting and lives in the database. */
const envSchema = z.object({
  READROOM_HOST: z.string().min(1).default('127.0.0.1'),
  /** 0 asks for any free port. */
  READROOM_PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  /** The database's owner: makes schemas and, with CREATEROLE, one role a hospital. */
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must begin with postgresql://'),
  /** Fan-out between several gateways; one gateway runs without. */
  REDIS_URL: z.string().regex(/^rediss?:\/\//, 'must begin with redis:// or rediss://').optional(),
  /** Where Next serves the pages; without it the gateway answers its own routes only. */
  READROOM_WEB_URL: origin.optional(),
  /** The address people type: cookies and the origin check follow it. */
  READROOM_PUBLIC_URL: origin.optional(),
  /** Where the other gateways reach this one, for image uploads that land on the wrong one. Default: its host and port. */
  READROOM_INTERNAL_URL: origin.optional(),
  /** A file with at least 32 random characters that signs session cookies. */
  READROOM_AUTH_SECRET_FILE: z.string().min(1),
  READROOM_DEMO: flag.default(false),
  /** Public key of the edge node on the same machine (wire/auth.ts): registered at start. */
  READROOM_LOCAL_NODE_PUBLIC_KEY: publicKeySchema.optional(),
  /** sha256 of a one-time token that makes the first administrator; registered at start while there is none. */
  READROOM_SETUP_TOKEN_HASH: sha256Hex.optional(),
  /** Addresses of reverse proxies whose X-Forwarded-For is believed, comma-separated. */
  READROOM_TRUSTED_PROXIES: z.string().optional(),
  /** A file with the bearer token Prometheus sends; without it /metrics answers to this machine only. */
  READROOM_METRICS_TOKEN_FILE: z.string().optional(),
  /** A file with the address of the mail server, `smtps://user:password@host:465` or `smtp://...:587`; without it there is no e-mail. */
  READROOM_SMTP_URL_FILE: z.string().min(1).optional(),
  /** The sender of alert mails. */
  READROOM_MAIL_FROM: z.email().default('readroom@localhost.localdomain'),
  /** Networks of the house a webhook may reach, `10.1.0.0/16,fd00::/8`: all other private addresses are refused. */
  READROOM_WEBHOOK_NETWORKS: z.string().optional(),
  READROOM_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

export interface GatewayEnv {
  readonly host: string;
  readonly port: number;
  readonly databaseUrl: string;
  readonly redisUrl: string | null;
  readonly webUrl: string | null;
  readonly publicUrl: string | null;
  readonly internalUrl: string | null;
  readonly authSecretFile: string;
  readonly demo: boolean;
  readonly localNodePublicKey: string | null;
  readonly setupTokenHash: string | null;
  readonly trustedProxies: readonly string[];
  readonly metricsTokenFile: string | null;
  readonly smtpUrlFile: string | null;
  readonly mailFrom: string;
  readonly webhookNetworks: readonly string[];
  readonly logLevel: z.infer<typeof envSchema>['READROOM_LOG_LEVEL'];
}

/** Reads the environment; `bad-environment` names every variable that is missing or wrong, never its value. */
export function readEnv(source: Readonly<Record<string, string | undefined>> = process.env): GatewayEnv {
  const parsed = envSchema.safeParse(source);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new AppError('bad-environment', { class: 'permanent', message: `The gateway cannot start with these settings. ${lines.join('; ')}` });
  }
  const env = parsed.data;
  return {
    host: env.READROOM_HOST,
    port: env.READROOM_PORT,
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL ?? null,
    webUrl: env.READROOM_WEB_URL ?? null,
    publicUrl: env.READROOM_PUBLIC_URL ?? null,
    internalUrl: env.READROOM_INTERNAL_URL ?? null,
    authSecretFile: env.READROOM_AUTH_SECRET_FILE,
    demo: env.READROOM_DEMO,
    localNodePublicKey: env.READROOM_LOCAL_NODE_PUBLIC_KEY ?? null,
    setupTokenHash: env.READROOM_SETUP_TOKEN_HASH ?? null,
    trustedProxies: env.READROOM_TRUSTED_PROXIES?.split(',').map((one) => one.trim()) ?? [],
    metricsTokenFile: env.READROOM_METRICS_TOKEN_FILE ?? null,
    smtpUrlFile: env.READROOM_SMTP_URL_FILE ?? null,
    mailFrom: env.READROOM_MAIL_FROM,
    webhookNetworks: env.READROOM_WEBHOOK_NETWORKS?.split(',').map((one) => one.trim()) ?? [],
    logLevel: env.READROOM_LOG_LEVEL,
  };
}
