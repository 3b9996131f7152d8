import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a third party writes beside its file: the smallest manifest of a chest radiograph model. */
export const SMALLEST = {
  schemaVersion: 1, version: '1.0.0', name: 'Known network', file: 'model.onnx', intendedUse: 'Tests', licence: 'None',
  routing: { modalities: ['CR', 'DX'], bodyParts: ['CHEST'] },
} as const;

/** Writes `<folder>/<name>/model.onnx` and its manifest, whose id is the name up to an `@`. `change` adds to the smallest manifest or overrides it. */
export async function writeModel(folder: string, name: string, graph: Uint8Array, change: Readonly<Record<string, unknown>>): Promise<void> {
  const manifest = { ...SMALLEST, id: name.split('@')[0], sha256: createHash('sha256').update(graph).digest('hex'), ...change };
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, 'model.onnx'), graph);
  await writeFile(join(folder, name, 'manifest.json'), JSON.stringify(manifest));
}
