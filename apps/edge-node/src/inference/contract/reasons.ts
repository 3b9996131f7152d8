import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CATALOGUE, catalogueProblem } from '@readroom/shared/finding/catalogue';
import { severitySchema } from '@readroom/shared/finding/finding';
import { DATA_NAME, FILE_NAME } from '../manifest.ts';
import { readGraph } from '../onnx/graph.ts';
import type { OnnxGraph } from '../onnx/graph.ts';
import { UNKNOWN_VERSION } from '../registry/roles.ts';
import { graphReasons } from './graph-reasons.ts';
import type { Placed } from './graph-reasons.ts';
import { inputReasons } from './input-reasons.ts';
import { inputSchema } from './inputs.ts';
import { outputSchema } from './output.ts';
import type { OutputContract } from './output.ts';

/**
 * What a manifest says wrongly beyond its shape. It reads what can be read of a document that fails the schema too, so that who
 * writes a manifest learns every reason at once and not one a try.
 */
const known = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);
const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);
const looseLabelSchema = z.object({
  index: known(z.number()), output: known(z.string()), parts: known(z.array(z.number())), code: known(z.string()), severity: known(severitySchema), threshold: known(z.number()), alertThreshold: known(z.number()),
}).catch({});
const looseSchema = z.object({
  id: known(z.string().max(64)), version: known(z.string().max(32)), file: known(z.string().regex(FILE_NAME)), sha256: known(sha256Schema),
  data: z.array(z.object({ file: known(z.string().regex(DATA_NAME)), sha256: known(sha256Schema) }).catch({})).catch([]),
  routing: known(z.object({ modalities: known(z.array(z.string()).min(1)) })),
  inputs: z.array(known(inputSchema)).catch([]),
  output: known(outputSchema),
  selfTest: known(z.object({ confidences: z.array(z.number()) })),
  labels: z.array(looseLabelSchema).catch([]),
}).catch({ data: [], inputs: [], labels: [] });
type LooseLabel = z.infer<typeof looseLabelSchema>;

export function schemaReasons({ issues }: z.ZodError): string[] {
  return issues.map((issue) => `manifest.json: ${issue.path.join('.') || 'document'} ${issue.message}`);
}

/** Who was refused, as far as the document says; `modalities` is null where it does not, and then every study says so. */
export function refusedIdentity(document: unknown, folderName: string): { readonly id: string; readonly version: string; readonly modalities: readonly string[] | null } {
  const { id, version, routing } = looseSchema.parse(document);
  return { id: id ?? folderName, version: version ?? UNKNOWN_VERSION, modalities: routing?.modalities ?? null };
}

/** `expectedId` is the folder's name where that must be the model's id, or its id and version (`id@1.2.0`). */
export async function manifestReasons(document: unknown, folder: string, expectedId: string | null): Promise<string[]> {
  const { id, version, file, sha256, data, labels, inputs, output, selfTest } = looseSchema.parse(document);
  const placed = inputs.flatMap((value, i) => (value ? [{ path: `inputs.${i}`, value }] : []));
  const reasons = [...inputReasons(placed, output), ...classReasons(output, labels)];
  if (selfTest && selfTest.confidences.length !== labels.length) reasons.push(`selfTest.confidences: there are ${selfTest.confidences.length} for ${labels.length} label(s)`);
  if (selfTest && output?.kind === 'segmentation') reasons.push('selfTest: a segmentation has none');
  if (expectedId !== null && id !== undefined && id !== expectedId && `${id}@${version ?? ''}` !== expectedId) reasons.push(`id ${id} does not match its folder ${expectedId}`);
  reasons.push(...labels.flatMap(labelReasons), ...repeated(labels.map(({ code }) => code), 'code'));
  reasons.push(...repeated(labels.map(({ index, output: of }) => (index === undefined ? undefined : `${of === undefined ? '' : `${of} `}${index}`)), 'index'));
  const bytes = file === undefined ? undefined : await readFile(join(folder, file)).catch(() => undefined);
  const graph = bytes && parsedGraph(bytes);
  const numbered: Placed<{ index: number; output: string | undefined }>[] = labels.flatMap(({ index, output: of }, i) => (index === undefined ? [] : [{ path: `labels.${i}`, value: { index, output: of } }]));
  if (graph) reasons.push(...graphReasons(graph, { inputs: placed, output, labels: numbered }, placed.length === inputs.length));
  const said = reasons.map((reason) => `manifest.json: ${reason}`);
  // A name that is no plain file name is refused by the schema and never opened.
  if (file === undefined) return said;
  return [...said, ...fileReasons(file, bytes, sha256, graph !== undefined), ...(await dataReasons(file, graph?.dataLocations ?? [], data, folder))];
}

function parsedGraph(bytes: Uint8Array): OnnxGraph | undefined {
  try {
    return readGraph(bytes);
  } catch {
    return undefined;
  }
}

/** Every label of a segmentation names one of its classes. */
function classReasons(output: OutputContract | undefined, labels: readonly LooseLabel[]): string[] {
  if (output?.kind !== 'segmentation') return [];
  const classes = output.classes.map(({ index }) => index);
  const unknown = labels.flatMap(({ index, parts }) => [...(index === undefined ? [] : [index]), ...(parts ?? [])]).filter((index) => !classes.includes(index));
  return unknown.map((index) => `a label names the class ${index}, the output does not`);
}

function labelReasons({ code, severity, threshold, alertThreshold }: LooseLabel, i: number): string[] {
  const reasons: string[] = [];
  // Without a severity the code alone is looked at: any severity of a finding nobody knows is refused for the code.
  const problem = code === undefined ? null : catalogueProblem(code, severity ?? null);
  if (problem !== null) reasons.push(`labels.${i}: ${problem}${suggestion(code ?? '')}`);
  if (threshold !== undefined && alertThreshold !== undefined && alertThreshold < threshold) reasons.push(`labels.${i}: ${code ?? 'a label'} alerts below the threshold of its finding`);
  return reasons;
}

/** The catalogue's own word for what data sets call otherwise. */
function suggestion(code: string): string {
  if (CATALOGUE.has(code)) return '';
  const word = code.toLowerCase().replaceAll(/[\s_]+/g, '-');
  const meant = [...CATALOGUE.values()].find((entry) => entry.code === word || entry.aliases.includes(word));
  return meant ? `; ${meant.code} is` : '';
}

function repeated(values: readonly (string | undefined)[], what: string): string[] {
  const twice = values.filter((value, i) => value !== undefined && values.indexOf(value) !== i);
  return [...new Set(twice)].map((value) => `two labels have the ${what} ${value ?? ''}`);
}

function fileReasons(file: string, bytes: Uint8Array | undefined, sha256: string | undefined, isOnnx: boolean): string[] {
  if (!bytes) return [`${file} cannot be read`];
  const found = hashOf(bytes);
  const reasons = sha256 === undefined || found === sha256 ? [] : [`${file} has sha256 ${found}, the manifest says ${sha256}: the file is damaged or not the one that was evaluated`];
  return isOnnx ? reasons : [...reasons, `${file} is no ONNX file`];
}

/** Weights kept apart are files of the same folder that the manifest names with their hash; nothing else is opened. */
async function dataReasons(file: string, locations: readonly string[], data: readonly { readonly file?: string | undefined; readonly sha256?: string | undefined }[], folder: string): Promise<string[]> {
  const reasons = locations.flatMap((location) => {
    if (!DATA_NAME.test(location)) return [`${file} keeps weights in ${JSON.stringify(location.slice(0, 80))}, outside its folder: it is not opened`];
    return data.some((one) => one.file === location) ? [] : [`${file} keeps weights in ${location}: name it under data, with its sha256`];
  });
  for (const { file: name, sha256 } of data) {
    if (name === undefined) continue;
    const bytes = await readFile(join(folder, name)).catch(() => undefined);
    if (!bytes) reasons.push(`${name} cannot be read`);
    else if (sha256 !== undefined && hashOf(bytes) !== sha256) reasons.push(`${name} has sha256 ${hashOf(bytes)}, the manifest says ${sha256}`);
  }
  return reasons;
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
