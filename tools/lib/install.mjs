// Plain JavaScript: runs on the machine's own Node before anything of ours is installed.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @type {string} The repository's root. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

const INSTALL_TIMEOUT_MS = 30 * 60_000;
const KILL_AFTER_MS = 10_000;
const PROGRESS_EVERY_MS = 10_000;

/** npm's own words for a registry that can't be reached. */
const UNREACHABLE = /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|ERR_SOCKET_TIMEOUT|network/;

/** The path of the project's Node 24, which npm brings as a package. */
export function projectNode() {
  return join(ROOT, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/**
 * Whether everything the lock file names is installed in the same version. Packages for other platforms are
 * optional and may be missing.
 */
export function isInstalled(root = ROOT) {
  const lock = readJson(join(root, 'package-lock.json'));
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'));
  if (!lock || !installed || (root === ROOT && !existsSync(projectNode()))) return false;
  return Object.entries(lock.packages).every(([path, entry]) => {
    if (!path.includes('node_modules/') || entry.optional || entry.devOptional || entry.link) return true;
    return installed.packages[path]?.version === entry.version;
  });
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** Installs what the lock file pins when something is missing. Throws an Error with one sentence for a person. */
export async function ensureInstalled(say) {
  if (isInstalled()) return;
  say('Installing packages (about two minutes the first time) ...');
  const { code, output } = await npmInstall(say);
  if (code === 0 && existsSync(projectNode())) return;
  throw new Error(installFailure(code, output));
}

function npmInstall(say) {
  const args = ['install', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error', '--fetch-retries=3', '--fetch-timeout=60000'];
  const child = spawn('npm', args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const started = Date.now();
  let output = '';
  const keep = (chunk) => (output = (output + chunk).slice(-20_000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const progress = setInterval(() => say(`  still installing, ${Math.round((Date.now() - started) / 1000)} s`), PROGRESS_EVERY_MS);
  const bound = setTimeout(() => child.kill('SIGTERM'), INSTALL_TIMEOUT_MS);
  const force = setTimeout(() => child.kill('SIGKILL'), INSTALL_TIMEOUT_MS + KILL_AFTER_MS);
  return new Promise((resolve) => {
    const end = (code, text) => {
      clearInterval(progress);
      clearTimeout(bound);
      clearTimeout(force);
      resolve({ code, output: text });
    };
    child.once('error', (error) => end(127, String(error)));
    child.once('close', (code) => end(code, output));
  });
}

function installFailure(code, output) {
  if (/ENOSPC|no space left/i.test(output)) return 'The disk is full: the packages need about 2.5 GB. Free some space and start again.';
  if (code === null) return `npm install took longer than ${INSTALL_TIMEOUT_MS / 60_000} minutes and was ended. Check the network and start again.`;
  if (code === 127) return 'npm was not found. Install Node.js 20.19 or newer together with npm, then start again.';
  if (UNREACHABLE.test(output)) return 'The npm registry is out of reach: check the network (or npm\'s "registry" and proxy settings) and start again.';
  return `npm install failed:\n${output.trim().split('\n').slice(-12).join('\n')}`;
}

/** An npm that was killed passes nothing on: its script notices that it has another parent. */
function whenNpmIsGone(react) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(watch);
    react();
  }, 500);
  watch.unref();
}

/** Goes on under the project's Node; resolves with its exit code. Signals are passed on, so that it can end its children in order. */
export function continueWith(script, args) {
  const child = spawn(projectNode(), [join(ROOT, script), ...args], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], cwd: ROOT, detached: true });
  const pass = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => pass(signal));
  whenNpmIsGone(() => pass('SIGTERM'));
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(`The project's Node can't be started: ${error.message}. Remove node_modules and start again.`);
      resolve(1);
    });
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
