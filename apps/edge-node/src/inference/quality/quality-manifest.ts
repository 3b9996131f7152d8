import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parsedJson } from '../../infra/json.ts';
import { schemaReasons } from '../contract/reasons.ts';
import { FILE_NAME } from '../manifest.ts';
import { modelFolders } from '../registry/model-folders.ts';
import { isReference } from '../registry/reference.ts';
import { signatureReasons } from '../registry/signature.ts';

const share = z.number().min(0).max(1);

/** One kind of picture the model knows: how its values become grey, and which flaws may be asked of it. */
const domainSchema = z.strictObject({
  name: z.string().min(1).max(32),
  modalities: z.array(z.string().min(1)).min(1),
  bodyParts: z.array(z.string().min(1)).min(1),
  refusedViews: z.array(z.string().min(1)),
  /** `hounsfield` is windowed first (LINEAR_EXACT, PS3.3 C.11.2.1.3.2). */
  values: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.enum(['display', 'luminance', 'magnitude']) }),
    z.strictObject({ kind: z.literal('hounsfield'), center: z.number(), width: z.number().positive() }),
  ]),
  /** Slices are sampled and their median counts; of stills the worst does. */
  slices: z.boolean(),
  flaws: z.array(z.strictObject({ code: z.string().min(1).max(32), index: z.number().int().min(0), warn: share, flag: share })).min(1),
});
export type QualityDomain = z.infer<typeof domainSchema>;

/** `manifest.json` of a model that judges pictures before others read them: it finds nothing, so it has no labels. */
export const qualityManifestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  purpose: z.literal('quality'),
  id: z.string().regex(/^[a-z0-9_]{1,64}$/),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  name: z.string().min(1).max(120),
  file: z.string().regex(FILE_NAME, 'must be an .onnx file name in the same folder'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  intendedUse: z.string().min(1),
  licence: z.string().min(1),
  /** One channel: squashed by area average, stretched between two order statistics. */
  input: z.strictObject({ name: z.string().min(1), layout: z.literal('NCHW'), size: z.number().int().min(16).max(1024), stretch: z.strictObject({ low: share, high: share }) }),
  /** `probabilities` [N, K]: a calibrated column a flaw, and one (`good`) for a picture without any. */
  output: z.strictObject({ probabilities: z.string().min(1), good: z.number().int().min(0) }),
  domains: z.array(domainSchema).min(1),
  /** A summary of evaluation.json, for people. */
  evaluation: z.record(z.string(), z.unknown()),
});
export type QualityManifest = z.infer<typeof qualityManifestSchema>;
export type LoadedQuality = { readonly manifest: QualityManifest; readonly path: string; /** The one that comes along, unchanged. */ readonly reference: boolean };
export type RefusedQuality = { readonly id: string; readonly reasons: readonly string[] };

const purposeSchema = z.looseObject({ purpose: z.literal('quality') });

/** Whether a manifest is of a model that judges quality, rightly written or not. */
export function isQualityManifest(document: unknown): boolean {
  return purposeSchema.safeParse(document).success;
}

/**
 * The quality model among the folders of `folder`; the first by name where there are several, null where there is none. With `signers`
 * (PEM) one that did not come along must be signed by one of them.
 */
export async function loadQuality(folder: string, signers: readonly string[] = []): Promise<LoadedQuality | RefusedQuality | null> {
  for (const name of await modelFolders(folder)) {
    const bytes = await readFile(join(folder, name, 'manifest.json')).catch(() => undefined);
    const document = bytes && parsedJson(bytes.toString('utf8'));
    if (bytes && isQualityManifest(document)) return readQuality({ document, bytes }, join(folder, name), name, signers);
  }
  return null;
}

async function readQuality({ document, bytes: written }: { readonly document: unknown; readonly bytes: Buffer }, folder: string, name: string, signers: readonly string[]): Promise<LoadedQuality | RefusedQuality> {
  const parsed = qualityManifestSchema.safeParse(document);
  if (!parsed.success) return { id: name, reasons: schemaReasons(parsed.error) };
  const { id, file, sha256 } = parsed.data;
  const bytes = await readFile(join(folder, file)).catch(() => undefined);
  const reference = isReference(id, written);
  const reasons = [
    ...(reference || signers.length === 0 ? [] : await signatureReasons(folder, written, signers)),
    ...(id === name ? [] : [`manifest.json: id ${id} does not match its folder ${name}`]),
    ...(bytes === undefined ? [`${file} cannot be read`] : []),
    ...(bytes !== undefined && createHash('sha256').update(bytes).digest('hex') !== sha256 ? [`${file} is damaged or not the one that was evaluated`] : []),
  ];
  return reasons.length > 0 ? { id, reasons } : { manifest: parsed.data, path: join(folder, file), reference };
}
