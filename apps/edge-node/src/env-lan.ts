import { z } from 'zod';
import { AppError } from '@readroom/shared/error';
import type { TlsFiles, TlsNames } from './dicom/tls/credentials.ts';

/** The hospital's own page (law AL7). */
export interface LanSettings {
  readonly host: string;
  readonly port: number;
  readonly files: TlsFiles;
}

/** On when the certificate is named; until then nothing listens (law ED6). */
export const LAN_ENV = {
  READROOM_LAN_HOST: z.string().min(1).default('0.0.0.0'),
  READROOM_LAN_PORT: z.coerce.number().int().min(0).max(65_535).default(8_443),
  READROOM_LAN_CERT_FILE: z.string().min(1).optional(),
  READROOM_LAN_KEY_FILE: z.string().min(1).optional(),
  READROOM_SMTP_URL_FILE: z.string().min(1).optional(),
  READROOM_MAIL_FROM: z.email().default('readroom@localhost.localdomain'),
  READROOM_LAN_MAIL_TO: z.string().default('').transform((text) => text.split(',').map((entry) => entry.trim()).filter((entry) => entry !== '')).pipe(z.array(z.email()).max(20)),
  READROOM_LAN_AFTER_SECONDS: z.coerce.number().int().min(1).max(600).default(60),
};
/** Mail of the alerts of this node, over the site's own server. */
export interface LanMailSettings {
  /** Holds the server's address with its password. */
  readonly urlFile: string;
  readonly from: string;
  readonly to: readonly string[];
}

type LanEnv = z.infer<z.ZodObject<typeof LAN_ENV>>;

export const LAN_TLS_NAMES: TlsNames = { code: 'lan-tls', cert: 'READROOM_LAN_CERT_FILE', key: 'READROOM_LAN_KEY_FILE', ca: '', use: 'the hospital’s own page', peers: '' };

/** Both files or none: half of them were meant to be both. Null when none is named. @throws AppError `settings` */
export function lanOf(env: LanEnv): LanSettings | null {
  const { READROOM_LAN_CERT_FILE: certFile, READROOM_LAN_KEY_FILE: keyFile, READROOM_LAN_HOST: host, READROOM_LAN_PORT: port } = env;
  if (certFile === undefined && keyFile === undefined) return null;
  if (certFile !== undefined && keyFile !== undefined) return { host, port, files: { certFile, keyFile, caFile: null } };
  const missing = certFile === undefined ? 'READROOM_LAN_CERT_FILE' : 'READROOM_LAN_KEY_FILE';
  throw new AppError('settings', { class: 'permanent', message: `The hospital’s own page needs ${missing} too: it is served by HTTPS only. Set it, or take the other READROOM_LAN file out.` });
}

/** Null when nobody is to get any. @throws AppError `settings` */
export function lanMailOf({ READROOM_LAN_MAIL_TO: to, READROOM_SMTP_URL_FILE: urlFile, READROOM_MAIL_FROM: from }: LanEnv): LanMailSettings | null {
  if (to.length === 0) return null;
  if (urlFile !== undefined) return { urlFile, from, to };
  throw new AppError('settings', { class: 'permanent', message: 'READROOM_LAN_MAIL_TO needs READROOM_SMTP_URL_FILE too: a file with smtps://user:password@host:465 of the site’s mail server. Set it, or take the addresses out.' });
}
