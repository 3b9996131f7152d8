import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VolumeInput } from '../volume/contract.ts';

/**
 * A segmentation network whose answer is known: every voxel brighter than a half is class 1. The smallest ONNX file that says so
 * (opset 13, any size), written field by field: softmax([-s, s]) with s = 40 (v - 0.5).
 */
function brightnessGraph(): Uint8Array {
  const node = (type: string, inputs: readonly string[], output: string, axis?: number): Uint8Array => message(
    ...inputs.map((name) => text(1, name)), text(2, output), text(4, type),
    ...(axis === undefined ? [] : [bytes(5, message(text(1, 'axis'), varint(3, axis), varint(20, 2)))]),
  );
  const scalar = (name: string, value: number): Uint8Array => message(varint(2, 1), text(8, name), bytes(9, new Uint8Array(Float32Array.of(value).buffer)));
  const info = (name: string, sides: readonly string[]): Uint8Array => message(text(1, name), bytes(2, message(bytes(1, message(varint(1, 1), bytes(2, message(...sides.map((side) => bytes(1, message(text(2, side))))))))))); 
  const graph = message(
    bytes(1, node('Sub', ['volume', 'half'], 'above')), bytes(1, node('Mul', ['above', 'steep'], 'score')), bytes(1, node('Neg', ['score'], 'opposite')),
    bytes(1, node('Concat', ['opposite', 'score'], 'both', 1)), bytes(1, node('Softmax', ['both'], 'probs', 1)),
    text(2, 'brightness'), bytes(5, scalar('half', 0.5)), bytes(5, scalar('steep', 40)),
    bytes(11, info('volume', ['n', 'c', 'd', 'h', 'w'])), bytes(12, info('probs', ['n', 'k', 'd', 'h', 'w'])),
  );
  return message(varint(1, 8), bytes(7, graph), bytes(8, message(text(1, ''), varint(2, 13))));
}

/** Protocol Buffers: a tag (field number and wire type), then a varint or a length and its bytes. */
const message = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const number = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...number(value >>> 7)]);
const varint = (field: number, value: number): Uint8Array => Uint8Array.from([...number(field << 3), ...number(value)]);
const bytes = (field: number, value: Uint8Array): Uint8Array => Uint8Array.from([...number((field << 3) | 2), ...number(value.length), ...value]);
const text = (field: number, value: string): Uint8Array => bytes(field, new TextEncoder().encode(value));

export const BRIGHTNESS_INPUT: VolumeInput = {
  kind: 'volume', name: 'volume', layout: 'NCDHW', axes: 'RAS', spacingMm: [1, 1, 1], values: { kind: 'stretch', low: 0, high: 1 },
  window: [48, 48, 48], overlap: 0.5, shape: 'dynamic', multiple: 8, extentMm: { least: 20, most: 400 }, coarsestMm: 5,
};

/** Writes `<folder>/brightness` with its manifest; `change` overrides the input contract. */
export async function writeBrightnessModel(folder: string, change: Partial<VolumeInput> = {}, modality = 'MR'): Promise<void> {
  const graph = brightnessGraph();
  const manifest = {
    schemaVersion: 1, id: 'brightness', version: '1.0.0', name: 'Bright voxels', file: 'model.onnx', sha256: createHash('sha256').update(graph).digest('hex'), intendedUse: 'Tests', licence: 'None',
    routing: { modalities: [modality], bodyParts: ['BRAIN', 'ABDOMEN'], refusedViews: [], refuseContrast: false, axialOnly: false },
    input: { ...BRIGHTNESS_INPUT, ...change },
    output: { mapUse: 'segmentation', probabilities: 'probs', classes: [{ index: 1, name: 'Bright' }], keep: 'largest', smallestMl: 0, volumeError: 0.02 },
    labels: [{ index: 1, code: 'hippocampus', severity: 'routine', threshold: 0.5, alertThreshold: 1 }], temperature: 1, evaluation: {},
  };
  await mkdir(join(folder, 'brightness'), { recursive: true });
  await writeFile(join(folder, 'brightness', 'model.onnx'), graph);
  await writeFile(join(folder, 'brightness', 'manifest.json'), JSON.stringify(manifest));
}
