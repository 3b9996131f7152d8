import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { catalogueProblem } from '@readroom/shared/finding/catalogue';
import { severitySchema } from '@readroom/shared/finding/finding';
import { FILE_NAME } from './manifest.ts';

/**
 * What a manifest says wrongly beyond its shape. It reads what can be read of a document that fails the schema too, so that who
 * writes a manifest learns every reason at once and not one a try.
 */
const known = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);
const looseLabelSchema = z.object({
  index: known(z.number()), parts: known(z.array(z.number())), code: known(z.string()), severity: known(severitySchema), threshold: known(z.number()), alertThreshold: known(z.number()),
}).catch({});
const looseSchema = z.object({
  id: known(z.string().max(64)), version: known(z.string().max(32)), file: known(z.string().regex(FILE_NAME)), sha256: known(z.string().regex(/^[0-9a-f]{64}$/)),
  routing: known(z.object({ modalities: known(z.array(z.string()).min(1)) })),
  labels: z.array(looseLabelSchema).catch([]),
  input: known(z.object({ kind: known(z.string()) })),
  output: known(z.object({ mapUse: known(z.string()), classes: known(z.array(z.object({ index: known(z.number()) }))) })),
}).catch({ labels: [] });
type LooseLabel = z.infer<typeof looseLabelSchema>;
type Loose = z.infer<typeof looseSchema>;

export function schemaReasons({ issues }: z.ZodError): string[] {
  return issues.map((issue) => `manifest.json: ${issue.path.join('.') || 'document'} ${issue.message}`);
}

/** Who was refused, as far as the document says; `modalities` is null where it does not, and then every study says so. */
export function refusedIdentity(document: unknown, folderName: string): { readonly id: string; readonly version: string; readonly modalities: readonly string[] | null } {
  const { id, version, routing } = looseSchema.parse(document);
  return { id: id ?? folderName, version: version ?? 'unknown', modalities: routing?.modalities ?? null };
}

/** `expectedId` is the folder's name where that must be the model's id. */
export async function manifestReasons(document: unknown, folder: string, expectedId: string | null): Promise<string[]> {
  const { id, file, sha256, labels, input, output } = looseSchema.parse(document);
  const reasons: string[] = [...volumeReasons(input, output, labels)];
  if (expectedId !== null && id !== undefined && id !== expectedId) reasons.push(`id ${id} does not match its folder ${expectedId}`);
  reasons.push(...labels.flatMap(labelReasons), ...repeated(labels.map(({ code }) => code), 'code'), ...repeated(labels.map(({ index }) => index), 'index'));
  return [...reasons.map((reason) => `manifest.json: ${reason}`), ...(await fileReasons(folder, file, sha256))];
}

/** A volume goes in where classes a voxel come out, and every label names such a class. */
function volumeReasons(input: Loose['input'], output: Loose['output'], labels: readonly LooseLabel[]): string[] {
  const [volume, segmentation] = [input?.kind === 'volume', output?.mapUse === 'segmentation'];
  const reasons = input?.kind !== undefined && output?.mapUse !== undefined && volume !== segmentation ? ['an input of the kind volume and a segmentation go together'] : [];
  const classes = output?.classes?.map(({ index }) => index);
  if (!segmentation || !classes) return reasons;
  const unknown = labels.flatMap(({ index, parts }) => [...(index === undefined ? [] : [index]), ...(parts ?? [])]).filter((index) => !classes.includes(index));
  return [...reasons, ...unknown.map((index) => `a label names the class ${index}, the output does not`)];
}

function labelReasons({ code, severity, threshold, alertThreshold }: LooseLabel): string[] {
  const reasons: string[] = [];
  // Without a severity the code alone is looked at: any severity of a finding nobody knows is refused for the code.
  const problem = code === undefined ? null : catalogueProblem(code, severity ?? null);
  if (problem !== null) reasons.push(problem);
  if (threshold !== undefined && alertThreshold !== undefined && alertThreshold < threshold) reasons.push(`${code ?? 'a label'} alerts below the threshold of its finding`);
  return reasons;
}

function repeated(values: readonly (string | number | undefined)[], what: string): string[] {
  const twice = values.filter((value, i) => value !== undefined && values.indexOf(value) !== i);
  return [...new Set(twice)].map((value) => `two labels have the ${what} ${value ?? ''}`);
}

async function fileReasons(folder: string, file: string | undefined, sha256: string | undefined): Promise<string[]> {
  // A name that is no plain file name is refused by the schema and never opened.
  if (file === undefined) return [];
  const bytes = await readFile(join(folder, file)).catch(() => undefined);
  if (!bytes) return [`${file} cannot be read`];
  const found = createHash('sha256').update(bytes).digest('hex');
  if (sha256 === undefined || found === sha256) return [];
  return [`${file} has sha256 ${found}, the manifest says ${sha256}: the file is damaged or not the one that was evaluated`];
}
