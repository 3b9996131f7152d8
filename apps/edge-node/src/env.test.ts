import { expect, test } from 'vitest';
import { readEnv } from './env.ts';

const LEAST = { READROOM_GATEWAY_URL: 'https://readroom.example', READROOM_NODE_KEY_FILE: '/etc/readroom/key', READROOM_EDGE_HOME: '/var/lib/readroom', READROOM_MODELS_DIR: '/usr/share/readroom/models' };

test('what is not set has the defaults of the administrator’s guide', () => {
  expect(readEnv(LEAST)).toEqual({
    gatewayUrl: 'https://readroom.example',
    nodeKeyFile: '/etc/readroom/key',
    home: '/var/lib/readroom',
    modelsDir: '/usr/share/readroom/models',
    dicomHost: '0.0.0.0',
    dicomPort: 11_112,
    aeTitle: 'READROOM',
    consolePort: 8088,
    maxAssociations: 32,
    diskReserveBytes: 512 * 1024 * 1024,
    logLevel: 'info',
  });
});

test('an empty variable is one that is not set', () => {
  expect(readEnv({ ...LEAST, READROOM_DICOM_PORT: '' }).dicomPort).toBe(11_112);
});

test.each([
  ['READROOM_GATEWAY_URL', 'ftp://readroom.example'],
  ['READROOM_GATEWAY_URL', 'readroom'],
  ['READROOM_DICOM_PORT', '70000'],
  ['READROOM_DICOM_PORT', 'dicom'],
  ['READROOM_AE_TITLE', 'LONGER_THAN_SIXTEEN'],
  ['READROOM_AE_TITLE', 'BACK\\SLASH'],
  ['READROOM_EDGE_HOME', ''],
])('%s=%j is refused by name', (name, value) => {
  expect(() => readEnv({ ...LEAST, [name]: value })).toThrow(expect.objectContaining({ code: 'settings', message: expect.stringContaining(name) }));
});

test('everything that is wrong is said at once', () => {
  expect(() => readEnv({ ...LEAST, READROOM_GATEWAY_URL: 'x', READROOM_DICOM_PORT: '-1' })).toThrow(/READROOM_GATEWAY_URL.*READROOM_DICOM_PORT/);
});
