import { z } from 'zod';
import { AppError } from '@readroom/shared/error';
import type { TlsFiles } from './dicom/tls/credentials.ts';

/** DICOM over TLS. */
export interface DicomTlsSettings {
  readonly port: number;
  readonly files: TlsFiles;
  readonly requireCertificate: boolean;
}

/** The registered port of DICOM over TLS (PS3.8 section 9.1.1). */
const DICOM_TLS_PORT = 2_762;

/** On when the files are named; until then nothing listens (law ED6). */
export const TLS_ENV = {
  READROOM_DICOM_TLS_PORT: z.coerce.number().int().min(0).max(65_535).default(DICOM_TLS_PORT),
  READROOM_DICOM_TLS_CERT_FILE: z.string().min(1).optional(),
  READROOM_DICOM_TLS_KEY_FILE: z.string().min(1).optional(),
  /** Those who vouch for our peers' certificates. */
  READROOM_DICOM_TLS_CA_FILE: z.string().min(1).optional(),
  /** `none`: senders are known by AE title and address only. */
  READROOM_DICOM_TLS_CLIENT_CERTIFICATE: z.enum(['required', 'none']).default('required'),
};
const tlsSchema = z.object(TLS_ENV);

const FILES = ['READROOM_DICOM_TLS_CERT_FILE', 'READROOM_DICOM_TLS_KEY_FILE', 'READROOM_DICOM_TLS_CA_FILE'] as const;

/** All or nothing: half of the files were meant to be all of them. Null when none is named. @throws AppError `settings` */
export function tlsOf(env: z.infer<typeof tlsSchema>): DicomTlsSettings | null {
  const [certFile, keyFile, caFile] = FILES.map((name) => env[name]);
  if (certFile === undefined && keyFile === undefined && caFile === undefined) return null;
  const requireCertificate = env.READROOM_DICOM_TLS_CLIENT_CERTIFICATE === 'required';
  if (certFile !== undefined && keyFile !== undefined && (caFile !== undefined || !requireCertificate)) {
    return { port: env.READROOM_DICOM_TLS_PORT, files: { certFile, keyFile, caFile: caFile ?? null }, requireCertificate };
  }
  const missing = FILES.filter((name) => env[name] === undefined && (requireCertificate || name !== 'READROOM_DICOM_TLS_CA_FILE'));
  throw new AppError('settings', { class: 'permanent', message: `DICOM over TLS needs ${missing.join(' and ')} too. Set it, or take the other READROOM_DICOM_TLS files out.` });
}

/** For the commands that call peers. @throws AppError `settings`, also when TLS is off */
export function readTlsFiles(source: Readonly<Record<string, string | undefined>>): TlsFiles {
  const parsed = tlsSchema.safeParse(Object.fromEntries(Object.keys(TLS_ENV).map((name) => [name, source[name] === '' ? undefined : source[name]])));
  const issue = parsed.error?.issues[0];
  if (issue) throw new AppError('settings', { class: 'permanent', message: `${issue.path.join('.')} is not usable: ${issue.message}. Set it as the guide for hospital IT says.` });
  const settings = parsed.data ? tlsOf(parsed.data) : null;
  if (settings) return settings.files;
  throw new AppError('settings', { class: 'permanent', message: `To call a peer over TLS, set ${FILES.join(', ')}: the guide for hospital IT says how to get them.` });
}
