import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '@readroom/shared/error';
import { diskFreeBytes } from '../../infra/disk.ts';
import { parsedJson } from '../../infra/json.ts';
import { DATA_NAME, FILE_NAME } from '../manifest.ts';
import { loadModel } from '../models.ts';
import { SIGNATURE_FILE } from './signature.ts';

/** What is not yet a model begins so, and nobody looks into it. */
const INCOMING = '.incoming-';
const MOST_MANIFEST_BYTES = 1024 * 1024;
/** Of one file: more is not read when the model is checked. */
const MOST_BYTES = 2 * 1024 ** 3 - 1;
const IDLE_MS = 30_000;
const STALE_MS = 6 * 3_600_000;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

const namesSchema = z.object({ id: z.string(), version: z.string(), file: z.string().regex(FILE_NAME), data: z.array(z.object({ file: z.string().regex(DATA_NAME) })).default([]) });

export interface FetchOptions {
  readonly modelsFolder: string;
  readonly signers: readonly string[];
  /** Bytes of the disk that stay free. */
  readonly reserveBytes: number;
  readonly idleMs?: number;
}

/**
 * A model from the address of its manifest; its files are those beside it. It is made in a folder that nobody looks into, checked as a
 * model is checked when it is loaded, and moved to its place whole; what fails leaves nothing behind. @throws AppError, in words for IT
 */
export async function fetchModel(address: string, options: FetchOptions): Promise<{ readonly id: string; readonly version: string; readonly folder: string }> {
  const url = addressOf(address);
  await removeStale(options.modelsFolder);
  const incoming = join(options.modelsFolder, `${INCOMING}${randomUUID()}`);
  try {
    await mkdir(incoming).catch((cause: unknown) => {
      throw new AppError('models-folder', { class: 'permanent', message: `The folder of the models, ${options.modelsFolder}, cannot be written. Run the command as a user who may.`, cause });
    });
    const manifest = await download(url, join(incoming, 'manifest.json'), MOST_MANIFEST_BYTES, options);
    const names = namesSchema.safeParse(parsedJson(manifest));
    if (!names.success) throw new AppError('model-refused', { class: 'permanent', message: `${url.href} is no manifest of a model: ${names.error.issues.map(({ path, message }) => `${path.join('.') || 'document'} ${message}`).join('; ')}.` });
    const { id, version, file, data } = names.data;
    for (const name of [file, ...data.map((one) => one.file)]) await download(new URL(name, url), join(incoming, name), MOST_BYTES, options);
    if (options.signers.length > 0) await download(new URL(SIGNATURE_FILE, url), join(incoming, SIGNATURE_FILE), MOST_MANIFEST_BYTES, options);
    const loaded = await loadModel(incoming, null, options.signers);
    if (!loaded || !('path' in loaded)) throw new AppError('model-refused', { class: 'permanent', message: `${id} ${version} is not taken: ${loaded?.reasons.join('; ') ?? 'it is gone'}.` });
    const folder = join(options.modelsFolder, `${loaded.manifest.id}@${loaded.manifest.version}`);
    if (await stat(folder).catch(() => undefined)) throw new AppError('model-exists', { class: 'permanent', message: `${id} ${version} is in ${folder} already. Remove that folder first, or take another version.` });
    await rename(incoming, folder);
    return { id, version, folder };
  } finally {
    await rm(incoming, { recursive: true, force: true });
  }
}

function addressOf(address: string): URL {
  const url = URL.parse(address);
  if (!url || !['https:', 'http:'].includes(url.protocol)) throw new AppError('address', { class: 'permanent', message: `${address} is no address: write https://HOST/PATH/manifest.json.` });
  if (url.protocol === 'http:' && !LOOPBACK.has(url.hostname)) throw new AppError('not-encrypted', { class: 'permanent', message: `${url.origin} is not encrypted: whoever stands between could change the model. Write https:.` });
  return url;
}

/** Answers the text of what is small. A transfer that stands still, is cut off or does not fit is given up. */
async function download(url: URL, path: string, most: number, { modelsFolder, reserveBytes, idleMs = IDLE_MS }: FetchOptions): Promise<string> {
  const failed = (why: string, cause?: unknown): AppError => new AppError('download-failed', { class: 'transient', message: `${url.href} was not taken: ${why}. Nothing was kept; repeat it.`, cause });
  const controller = new AbortController();
  const watchdog = setTimeout(() => controller.abort(), idleMs);
  const file = await open(path, 'wx');
  try {
    const answer = await fetch(url, { signal: controller.signal, redirect: 'error' });
    if (!answer.ok || !answer.body) throw failed(`the server answers ${answer.status}`);
    const announced = Number(answer.headers.get('content-length') ?? 0);
    if (announced > most) throw failed(`it is larger than ${most} bytes`);
    if (announced > diskFreeBytes(modelsFolder) - reserveBytes) throw failed('the disk of the models has no room for it');
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      watchdog.refresh();
      bytes += chunk.byteLength;
      if (bytes > most) throw failed(`it is larger than ${most} bytes`);
      if (diskFreeBytes(modelsFolder) < reserveBytes) throw failed('the disk of the models is full');
      await file.appendFile(chunk);
      if (most <= MOST_MANIFEST_BYTES) chunks.push(chunk);
    }
    await file.sync();
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') throw failed('the disk of the models is full', error);
    throw failed(controller.signal.aborted ? `nothing came for ${idleMs / 1000} s` : 'the connection was lost or refused, or the address leads elsewhere', error);
  } finally {
    clearTimeout(watchdog);
    await file.close();
  }
}

/** What a command left that was killed. */
async function removeStale(modelsFolder: string): Promise<void> {
  for (const name of await readdir(modelsFolder).catch(() => [])) {
    const found = name.startsWith(INCOMING) ? await stat(join(modelsFolder, name)).catch(() => undefined) : undefined;
    if (found && Date.now() - found.mtimeMs > STALE_MS) await rm(join(modelsFolder, name), { recursive: true, force: true });
  }
}
