import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { withPreset } from './contract/presets.ts';
import { manifestReasons, refusedIdentity, schemaReasons } from './contract/reasons.ts';
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
  const { document, reasons: presetReasons } = withPreset(parseJson(text));
  const parsed = manifestSchema.safeParse(document);
  const reasons = [...presetReasons.map((reason) => `manifest.json: ${reason}`), ...(parsed.success ? [] : schemaReasons(parsed.error)), ...(await manifestReasons(document, folder, id))];
  if (parsed.success && reasons.length === 0) return { manifest: parsed.data, path: join(folder, parsed.data.file) };
  return { ...refusedIdentity(document, id ?? basename(folder)), reasons };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
