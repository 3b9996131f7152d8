import { spawnSync } from 'node:child_process';

/** Programs of other makers that the tests run for real, and the Debian packages that bring them. */
const PACKAGES: readonly { readonly package: string; readonly program: string | null }[] = [
  { package: 'chromium', program: 'chromium' },
  { package: 'redis-server', program: 'redis-server' },
  { package: 'orthanc', program: 'Orthanc' },
  { package: 'orthanc-dicomweb', program: null },
  { package: 'orthanc-gdcm', program: null },
  { package: 'dcmtk', program: 'dcmsend' },
  { package: 'dicom3tools', program: 'dciodvfy' },
  { package: 'poppler-utils', program: 'pdftotext' },
  { package: 'strace', program: 'strace' },
  { package: 'systemd', program: 'systemd-analyze' },
  { package: 'openssl', program: 'openssl' },
  { package: 'python3-numpy', program: null },
  { package: 'python3-pil', program: null },
];

const APT = ['-o', 'DPkg::Lock::Timeout=400', '-o', 'Acquire::Retries=3'];
const APT_TIMEOUT_MS = 10 * 60_000;

/** Installs what is missing, as root with apt-get. Throws an Error that says what to install by hand otherwise. */
export function ensureDebianPackages(say: (line: string) => void): void {
  const missing = PACKAGES.filter((wanted) => !isPresent(wanted.package, wanted.program)).map((wanted) => wanted.package);
  if (missing.length === 0) return;
  const command = `apt-get install ${missing.join(' ')}`;
  if (!has('apt-get')) throw new Error(`The tests need programs that are not here (Debian's names: ${missing.join(', ')}). Install them and run npm test again.`);
  if (process.getuid?.() !== 0) throw new Error(`The tests need ${missing.join(', ')}. Run as root, once: ${command}`);
  say(`Installing ${missing.join(', ')} (Debian) ...`);
  const ran = apt('update') && apt('install', '-y', '--no-install-recommends', ...missing);
  if (!ran) throw new Error(`apt-get could not install ${missing.join(', ')}. Check the network and Debian's package sources, or run: ${command}`);
}

function apt(...args: readonly string[]): boolean {
  const run = spawnSync('apt-get', [...APT, '-qq', ...args], { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, stdio: ['ignore', 'ignore', 'inherit'], timeout: APT_TIMEOUT_MS });
  return run.status === 0;
}

function isPresent(name: string, program: string | null): boolean {
  if (has('dpkg-query')) {
    const query = spawnSync('dpkg-query', ['-W', '-f', '${Status}', name], { encoding: 'utf8' });
    return query.stdout.includes('install ok installed');
  }
  return program === null || has(program);
}

function has(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`], { env: { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin` } }).status === 0;
}
