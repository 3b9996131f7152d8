import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parsedJson } from '../infra/json.ts';
import { withPreset } from './contract/presets.ts';
import { manifestReasons, refusedIdentity, schemaReasons } from './contract/reasons.ts';
import { modelFolders } from './registry/model-folders.ts';
import { isReference } from './registry/reference.ts';
import { signatureReasons } from './registry/signature.ts';
import { manifestSchema } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { isQualityManifest } from './quality/quality-manifest.ts';

export type LoadedModel = { readonly manifest: Manifest; readonly path: string; /** One of the models that come along, unchanged. */ readonly reference: boolean };
/** A model that is not run. Its studies rank as "not analysed", with these reasons in the analysis. */
export type RefusedModel = {
  readonly id: string;
  readonly version: string;
  /** The modalities it was meant for; `null` where not even that could be read. */
  readonly modalities: readonly string[] | null;
  readonly reasons: readonly string[];
};
export type ModelSet = { readonly models: readonly LoadedModel[]; readonly refused: readonly RefusedModel[] };

/**
 * Reads every `<folder>/<id>/manifest.json` (or `<id>@<version>`, for several versions of one model) but that of a quality model, which
 * reads no study (`quality/`). A model is refused with all its
 * reasons at once, and the others still run. With `signers` (PEM) every model that did not come along must be signed by one of them.
 */
export async function loadModels(folder: string, signers: readonly string[] = []): Promise<ModelSet> {
  const models: LoadedModel[] = [];
  const refused: RefusedModel[] = [];
  for (const name of await modelFolders(folder)) {
    const answer = await loadModel(join(folder, name), name, signers);
    if (!answer) continue;
    const twin = 'path' in answer && models.find(({ manifest: { id, version } }) => id === answer.manifest.id && version === answer.manifest.version);
    if (twin) {
      const { id, version, routing } = answer.manifest;
      refused.push({ id, version, modalities: routing.modalities, reasons: [`version ${version} of ${id} is in ${basename(dirname(twin.path))} already`] });
      continue;
    }
    if ('path' in answer) models.push(answer);
    else refused.push(answer);
  }
  return { models, refused };
}

/** Reads the model of one folder; undefined where there is no manifest, or one of a quality model. `id` is what its folder says it is, null where the name says nothing. */
export async function loadModel(folder: string, id: string | null, signers: readonly string[] = []): Promise<LoadedModel | RefusedModel | undefined> {
  const bytes = await readFile(join(folder, 'manifest.json')).catch(() => undefined);
  if (bytes === undefined) return undefined;
  const written = parsedJson(bytes.toString('utf8'));
  if (isQualityManifest(written)) return undefined;
  const { document, reasons: presetReasons } = withPreset(written);
  const parsed = manifestSchema.safeParse(document);
  const reasons = [...presetReasons.map((reason) => `manifest.json: ${reason}`), ...(parsed.success ? [] : schemaReasons(parsed.error)), ...(await manifestReasons(document, folder, id))];
  const reference = parsed.success && isReference(parsed.data.id, bytes);
  if (signers.length > 0 && !reference) reasons.push(...(await signatureReasons(folder, bytes, signers)));
  if (parsed.success && reasons.length === 0) return { manifest: parsed.data, path: join(folder, parsed.data.file), reference };
  return { ...refusedIdentity(document, id ?? basename(folder)), reasons };
}
