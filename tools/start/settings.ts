import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { StartFailure } from './failure.ts';

export interface Settings {
  /** The repository. */
  readonly root: string;
  /** Where all data of this installation lives. */
  readonly home: string;
  readonly port: number;
  readonly dicomPort: number;
  readonly consolePort: number;
  /** null: the embedded PostgreSQL. */
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  readonly demo: boolean;
}

const portSchema = z.coerce.number().int().min(1).max(65_535);

const environmentSchema = z.object({
  READROOM_HOME: z.string().min(1).default('.readroom'),
  READROOM_PORT: portSchema.default(3000),
  READROOM_DICOM_PORT: portSchema.default(11_112),
  READROOM_CONSOLE_PORT: portSchema.default(8088),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//).optional(),
  REDIS_URL: z.string().regex(/^rediss?:\/\//).optional(),
});

const HINTS: { readonly [key: string]: string } = {
  DATABASE_URL: 'it must begin with postgresql://',
  REDIS_URL: 'it must begin with redis:// or rediss://',
  READROOM_HOME: 'it must name a folder',
};

/** Reads the environment and the arguments of `npm start`. Throws a StartFailure that names what is wrong. */
export function readSettings(root: string, environment: NodeJS.ProcessEnv, args: readonly string[]): Settings {
  const unknown = args.find((arg) => arg !== '--no-demo');
  if (unknown !== undefined) throw new StartFailure(`Unknown option ${unknown}. Known: --no-demo.`);
  // A variable set to nothing is a variable not set.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    const key = String(parsed.error.issues[0]?.path[0]);
    throw new StartFailure(`${key} is not usable: ${HINTS[key] ?? 'it must be a port number between 1 and 65535'}.`);
  }
  const values = parsed.data;
  refuseSharedPorts([values.READROOM_PORT, values.READROOM_DICOM_PORT, values.READROOM_CONSOLE_PORT]);
  return {
    root,
    home: isAbsolute(values.READROOM_HOME) ? values.READROOM_HOME : join(root, values.READROOM_HOME),
    port: values.READROOM_PORT,
    dicomPort: values.READROOM_DICOM_PORT,
    consolePort: values.READROOM_CONSOLE_PORT,
    databaseUrl: values.DATABASE_URL ?? null,
    redisUrl: values.REDIS_URL ?? null,
    demo: !args.includes('--no-demo'),
  };
}

function refuseSharedPorts(ports: readonly number[]): void {
  if (new Set(ports).size < ports.length) {
    throw new StartFailure(`READROOM_PORT, READROOM_DICOM_PORT and READROOM_CONSOLE_PORT must be three different ports, not ${ports.join(', ')}.`);
  }
}
