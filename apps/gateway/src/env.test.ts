import { expect, test } from 'vitest';
import { readEnv } from './env.ts';

const GOOD = { DATABASE_URL: 'postgresql://u:p@h/d', READROOM_AUTH_SECRET_FILE: '/s' };

test('the defaults are those of a private start on this machine', () => {
  expect(readEnv(GOOD)).toEqual({
    host: '127.0.0.1', port: 3000, databaseUrl: GOOD.DATABASE_URL, redisUrl: null, webUrl: null, publicUrl: null, internalUrl: null, authSecretFile: '/s', demo: false,
    localNodePublicKey: null, setupTokenHash: null, trustedProxies: [], metricsTokenFile: null, smtpUrlFile: null, mailFrom: 'readroom@localhost.localdomain', webhookNetworks: [], logLevel: 'info',
  });
});

test('addresses are reduced to their origin, lists are split', () => {
  const env = readEnv({ ...GOOD, READROOM_PUBLIC_URL: 'https://readroom.hospital.test/', READROOM_WEB_URL: 'http://127.0.0.1:4000/x', READROOM_TRUSTED_PROXIES: '10.0.0.1, 10.0.0.2', READROOM_DEMO: '1' });
  expect(env).toMatchObject({ publicUrl: 'https://readroom.hospital.test', webUrl: 'http://127.0.0.1:4000', trustedProxies: ['10.0.0.1', '10.0.0.2'], demo: true });
});

test('everything that is wrong is named at once, and no value is repeated', () => {
  const bad = { DATABASE_URL: 'mysql://secret@h/d', READROOM_PORT: '70000', READROOM_DEMO: 'yes', READROOM_LOCAL_NODE_PUBLIC_KEY: 'short' };
  expect(() => readEnv(bad)).toThrow(/DATABASE_URL.*postgresql/);
  for (const name of ['READROOM_PORT', 'READROOM_DEMO', 'READROOM_LOCAL_NODE_PUBLIC_KEY', 'READROOM_AUTH_SECRET_FILE']) expect(() => readEnv(bad)).toThrow(name);
  expect(() => readEnv(bad)).not.toThrow(/secret@/);
});
