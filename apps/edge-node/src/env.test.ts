import { expect, test } from 'vitest';
import { readEnv } from './env.ts';
import { readTlsFiles } from './env-tls.ts';

const LEAST = { READROOM_GATEWAY_URL: 'https://readroom.example', READROOM_NODE_KEY_FILE: '/etc/readroom/key', READROOM_EDGE_HOME: '/var/lib/readroom', READROOM_MODELS_DIR: '/usr/share/readroom/models' };

test('what is not set has the defaults of the administrator’s guide', () => {
  expect(readEnv(LEAST)).toEqual({
    gatewayUrl: 'https://readroom.example',
    nodeKeyFile: '/etc/readroom/key',
    home: '/var/lib/readroom',
    modelsDir: '/usr/share/readroom/models', modelSignersFile: null,
    dicomHost: '0.0.0.0',
    dicomPort: 11_112,
    dicomTls: null,
    lanAfterMs: 60_000,
    lan: null,
    lanMail: null,
    aeTitle: 'READROOM',
    consolePort: 8088,
    maxAssociations: 32,
    allow: { callers: [], addresses: [] },
    peers: [],
    diskReserveBytes: 512 * 1024 * 1024,
    keepMs: 30 * 86_400_000,
    logLevel: 'info',
  });
});

test('the hospital’s own page and its mail are on when all they need is named', () => {
  const files = { READROOM_LAN_CERT_FILE: '/tls/page.pem', READROOM_LAN_KEY_FILE: '/tls/page.key' };
  const mail = { READROOM_SMTP_URL_FILE: '/etc/smtp', READROOM_LAN_MAIL_TO: 'duty@north.example, it@north.example' };
  expect(readEnv({ ...LEAST, ...files, ...mail })).toMatchObject({
    lan: { host: '0.0.0.0', port: 8_443, files: { certFile: '/tls/page.pem', keyFile: '/tls/page.key', caFile: null } },
    lanMail: { urlFile: '/etc/smtp', from: 'readroom@localhost.localdomain', to: ['duty@north.example', 'it@north.example'] },
  });
  expect(() => readEnv({ ...LEAST, READROOM_LAN_CERT_FILE: '/tls/page.pem' })).toThrow(/needs READROOM_LAN_KEY_FILE too/);
  expect(() => readEnv({ ...LEAST, READROOM_LAN_MAIL_TO: 'duty@north.example' })).toThrow(/needs READROOM_SMTP_URL_FILE too/);
  expect(() => readEnv({ ...LEAST, ...mail, READROOM_LAN_MAIL_TO: 'duty' })).toThrow(/READROOM_LAN_MAIL_TO/);
});

test('peers are read by name, address and IPv6 address', () => {
  expect(readEnv({ ...LEAST, READROOM_PEERS: 'PACS@10.0.0.5:104, MY PACS@pacs.example:11112/find,V6@[fd00::5]:104/find+move' }).peers).toEqual([
    { aeTitle: 'PACS', host: '10.0.0.5', port: 104, asks: [] },
    { aeTitle: 'MY PACS', host: 'pacs.example', port: 11_112, asks: ['find'] },
    { aeTitle: 'V6', host: 'fd00::5', port: 104, asks: ['find', 'move'] },
  ]);
});

test('who may send is read as AE titles and networks', () => {
  const { allow } = readEnv({ ...LEAST, READROOM_ALLOWED_CALLING: 'CT1, MY PACS@10.0.0.0/24', READROOM_ALLOWED_ADDRESSES: '10.0.0.0/8,fd00::/8' });
  expect(allow).toEqual({
    callers: [{ aeTitle: 'CT1', network: null }, { aeTitle: 'MY PACS', network: { family: 'ipv4', address: '10.0.0.0', prefix: 24 } }],
    addresses: [{ family: 'ipv4', address: '10.0.0.0', prefix: 8 }, { family: 'ipv6', address: 'fd00::', prefix: 8 }],
  });
});

test('[ED7] every entry of who may send that cannot be read is said, and none is left out to open the node', () => {
  const read = (): unknown => readEnv({ ...LEAST, READROOM_ALLOWED_CALLING: 'CT1,LONGER_THAN_SIXTEEN,CT2@10.0.0.300', READROOM_ALLOWED_ADDRESSES: '10.0.0.0/40' });
  expect(read).toThrow(/LONGER_THAN_SIXTEEN is not an AE title.*CT2@10\.0\.0\.300.*READROOM_ALLOWED_ADDRESSES: 10\.0\.0\.0\/40/);
  expect(() => readEnv({ ...LEAST, READROOM_ALLOWED_CALLING: ' , ' })).toThrow(/READROOM_ALLOWED_CALLING: names nobody/);
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
  ['READROOM_PEERS', 'PACS:104'],
  ['READROOM_PEERS', 'PACS@host:70000'],
  ['READROOM_PEERS', 'PACS@host:104/move'],
  ['READROOM_PEERS', 'PACS@host:104/find+store'],
])('%s=%j is refused by name', (name, value) => {
  expect(() => readEnv({ ...LEAST, [name]: value })).toThrow(expect.objectContaining({ code: 'settings', message: expect.stringContaining(name) }));
});

test('everything that is wrong is said at once', () => {
  expect(() => readEnv({ ...LEAST, READROOM_GATEWAY_URL: 'x', READROOM_DICOM_PORT: '-1' })).toThrow(/READROOM_GATEWAY_URL.*READROOM_DICOM_PORT/);
});

test('DICOM over TLS is off until its files are named, and asks for client certificates unless told otherwise', () => {
  const files = { READROOM_DICOM_TLS_CERT_FILE: 'c', READROOM_DICOM_TLS_KEY_FILE: 'k' };
  expect(readEnv({ ...LEAST, ...files, READROOM_DICOM_TLS_CA_FILE: 'a', READROOM_DICOM_PLAIN: 'off' })).toMatchObject({
    dicomPort: null,
    dicomTls: { port: 2_762, files: { certFile: 'c', keyFile: 'k', caFile: 'a' }, requireCertificate: true },
  });
  expect(readEnv({ ...LEAST, ...files, READROOM_DICOM_TLS_CLIENT_CERTIFICATE: 'none' }).dicomTls).toMatchObject({ files: { caFile: null }, requireCertificate: false });
  expect(() => readEnv({ ...LEAST, ...files })).toThrow(/needs READROOM_DICOM_TLS_CA_FILE too/);
  expect(() => readEnv({ ...LEAST, READROOM_DICOM_TLS_CA_FILE: 'a' })).toThrow(/needs READROOM_DICOM_TLS_CERT_FILE and READROOM_DICOM_TLS_KEY_FILE too/);
  expect(() => readEnv({ ...LEAST, READROOM_DICOM_PLAIN: 'off' })).toThrow(/leaves no DICOM port/);
  expect(() => readTlsFiles({})).toThrow(/To call a peer over TLS, set/);
  expect(() => readTlsFiles({ ...files, READROOM_DICOM_TLS_CLIENT_CERTIFICATE: 'maybe' })).toThrow(/READROOM_DICOM_TLS_CLIENT_CERTIFICATE is not usable/);
});
