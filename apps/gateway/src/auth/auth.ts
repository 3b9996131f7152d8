import { betterAuth } from 'better-auth';
import { prismaAdapter } from '@better-auth/prisma-adapter';
import type { ControlClient } from '@readroom/db';
import { AppError } from '@readroom/shared/error';
import { HOUR_MS, MINUTE_MS } from '@readroom/shared/clock';
import { isDemoEmail } from '../setup/demo-accounts.ts';

export interface AuthOptions {
  readonly control: ControlClient;
  readonly secret: string;
  /** Null: the address of each request (a private test server on any port). */
  readonly publicUrl: string | null;
  readonly demo: boolean;
}

/** A reading shift: a session that nobody used for so long is over. */
export const SESSION_MS = 12 * HOUR_MS;
/** The gateway puts the address it believes here; what a client sends under this name is thrown away. */
export const CLIENT_ADDRESS_HEADER = 'x-readroom-client';

export type Auth = ReturnType<typeof createAuth>;

/** Sign-in by e-mail and password. Nobody signs up: an administrator or the set-up link makes people (`people.ts`). */
export function createAuth(options: AuthOptions) {
  return betterAuth({
    appName: 'Readroom',
    basePath: '/api/auth',
    ...(options.publicUrl === null ? {} : { baseURL: options.publicUrl }),
    secret: options.secret,
    database: prismaAdapter(options.control, { provider: 'postgresql' }),
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12, maxPasswordLength: 256 },
    session: { expiresIn: SESSION_MS / 1000, updateAge: (15 * MINUTE_MS) / 1000, cookieCache: { enabled: false } },
    advanced: {
      cookiePrefix: 'readroom',
      useSecureCookies: options.publicUrl?.startsWith('https:') ?? false,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
      // The gateway checks the origin of every unsafe request itself (http/origin.ts).
      disableCSRFCheck: true,
      disableOriginCheck: true,
    },
    // Failed attempts are limited in sign-in-limit.ts, by address and by account.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    // Surprises come to our own error handler instead of the console.
    onAPIError: { throw: true },
    databaseHooks: { session: { create: { before: (session) => refuseDemo(options, session.userId) } } },
  });
}

/** Demo accounts have a published password: without the demo they open nothing. */
async function refuseDemo(options: AuthOptions, userId: string): Promise<void> {
  if (options.demo) return;
  const user = await options.control.user.findUnique({ where: { id: userId }, select: { email: true } });
  if (user && isDemoEmail(user.email)) {
    throw new AppError('demo-off', { class: 'permanent', message: 'The demo is switched off on this server; its accounts cannot sign in.' });
  }
}
