import { z } from 'zod';
import { aeTitleSchema } from '@readroom/shared/dicom/ae-title';
import { AppError } from '@readroom/shared/error';

const port = z.coerce.number().int().min(0).max(65_535);

/** The node's boot settings: the only reader of its environment. A port of 0 lets the system choose (tests). */
const envSchema = z.object({
  /** The gateway's origin, dialled out to. */
  READROOM_GATEWAY_URL: z.url({ protocol: /^https?$/ }),
  READROOM_NODE_KEY_FILE: z.string().min(1),
  READROOM_EDGE_HOME: z.string().min(1),
  READROOM_MODELS_DIR: z.string().min(1),
  READROOM_DICOM_HOST: z.string().min(1).default('0.0.0.0'),
  READROOM_DICOM_PORT: port.default(11_112),
  READROOM_AE_TITLE: aeTitleSchema.default('READROOM'),
  READROOM_CONSOLE_PORT: port.default(8088),
  READROOM_MAX_ASSOCIATIONS: z.coerce.number().int().min(1).max(1_000).default(32),
  /** Free disk space below which images are refused (0xA700), in MiB. */
  READROOM_DISK_RESERVE_MB: z.coerce.number().int().min(1).max(1_000_000).default(512),
  READROOM_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

export interface EdgeEnv {
  readonly gatewayUrl: string;
  readonly nodeKeyFile: string;
  readonly home: string;
  readonly modelsDir: string;
  readonly dicomHost: string;
  readonly dicomPort: number;
  readonly aeTitle: string;
  readonly consolePort: number;
  readonly maxAssociations: number;
  readonly diskReserveBytes: number;
  readonly logLevel: string;
}

/** @throws AppError `settings`, naming every variable that is wrong */
export function readEnv(source: Readonly<Record<string, string | undefined>> = process.env): EdgeEnv {
  const parsed = envSchema.safeParse(Object.fromEntries(Object.entries(source).filter(([, value]) => value !== '')));
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw new AppError('settings', { class: 'permanent', message: `The edge node's settings are not usable. ${wrong}.` });
  }
  const env = parsed.data;
  return {
    gatewayUrl: env.READROOM_GATEWAY_URL,
    nodeKeyFile: env.READROOM_NODE_KEY_FILE,
    home: env.READROOM_EDGE_HOME,
    modelsDir: env.READROOM_MODELS_DIR,
    dicomHost: env.READROOM_DICOM_HOST,
    dicomPort: env.READROOM_DICOM_PORT,
    aeTitle: env.READROOM_AE_TITLE,
    consolePort: env.READROOM_CONSOLE_PORT,
    maxAssociations: env.READROOM_MAX_ASSOCIATIONS,
    diskReserveBytes: env.READROOM_DISK_RESERVE_MB * 1024 * 1024,
    logLevel: env.READROOM_LOG_LEVEL,
  };
}
