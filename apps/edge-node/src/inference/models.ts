import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { manifestSchema } from './manifest.ts';
import type { Manifest } from './manifest.ts';

export type LoadedModel = { readonly manifest: Manifest; readonly path: string };
/** A model that is not run. Its studies rank as "not analysed", with these reasons in the analysis. */
export type RefusedModel = {
  readonly id: string;
  readonly version: string;
  /** The modalities it was meant for; `null` where not even that could be read. */
  readonly modalities: readonly string[] | null;
  readonly reasons: readonly string[];
};
export type ModelSet = { readonly models: readonly LoadedModel[]; readonly refused: readonly RefusedModel[] };

/** Reads every `<folder>/<id>/manifest.json`. A model is refused with all its reasons at once, and the others still run. */
export async function loadModels(folder: string): Promise<ModelSet> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
  const models: LoadedModel[] = [];
  const refused: RefusedModel[] = [];
  for (const name of names) {
    const answer = await loadModel(join(folder, name), name);
    if (!answer) continue;
    if ('path' in answer) models.push(answer);
    else refused.push(answer);
  }
  return { models, refused };
}

/** Reads the model of one folder; undefined where there is no manifest. `id` is what its folder says it is, null where the name says nothing. */
export async function loadModel(folder: string, id: string | null): Promise<LoadedModel | RefusedModel | undefined> {
  const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = manifestSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    const reasons = parsed.error.issues.map((issue) => `manifest.json: ${issue.path.join('.') || 'document'} ${issue.message}`);
    return { id: id ?? basename(folder), version: 'unknown', modalities: null, reasons };
  }
  const manifest = parsed.data;
  const path = join(folder, manifest.file);
  const reasons = [...manifestReasons(manifest, id ?? manifest.id), ...(await fileReasons(path, manifest))];
  return reasons.length === 0 ? { manifest, path } : { id: manifest.id, version: manifest.version, modalities: manifest.routing.modalities, reasons };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function manifestReasons(manifest: Manifest, folderName: string): string[] {
  const reasons: string[] = [];
  if (manifest.id !== folderName) reasons.push(`manifest.json: id ${manifest.id} does not match its folder ${folderName}`);
  for (const label of manifest.labels) {
    if (label.alertThreshold < label.threshold) reasons.push(`manifest.json: ${label.code} alerts below the threshold of its finding`);
  }
  return reasons;
}

async function fileReasons(path: string, manifest: Manifest): Promise<string[]> {
  const bytes = await readFile(path).catch(() => undefined);
  if (!bytes) return [`${manifest.file} cannot be read`];
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found === manifest.sha256) return [];
  return [`${manifest.file} has sha256 ${found}, the manifest says ${manifest.sha256}: the file is damaged or not the one that was evaluated`];
}
