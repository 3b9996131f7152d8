import type { VolumeInput } from '../volume/contract.ts';
import { node, onnxFile, weight } from './onnx-writer.ts';
import { writeModel } from './write-model.ts';

/** A segmentation network whose answer is known: every voxel brighter than a half is class 1, softmax([-s, s]) with s = 40 (v - 0.5). */
function brightnessGraph(): Uint8Array {
  return onnxFile({
    inputs: [{ name: 'volume', dims: ['n', 1, 'd', 'h', 'w'] }], outputs: [{ name: 'probs', dims: ['n', 'k', 'd', 'h', 'w'] }],
    nodes: [node('Sub', ['volume', 'half'], 'above'), node('Mul', ['above', 'steep'], 'score'), node('Neg', ['score'], 'opposite'), node('Concat', ['opposite', 'score'], 'both', { axis: 1 }), node('Softmax', ['both'], 'probs', { axis: 1 })],
    weights: [weight('half', [], [0.5]), weight('steep', [], [40])],
  });
}

export const BRIGHTNESS_INPUT: VolumeInput = {
  kind: 'volume', name: 'volume', layout: 'NCDHW', axes: 'RAS', spacingMm: [1, 1, 1], values: { kind: 'stretch', low: 0, high: 1 },
  window: [48, 48, 48], overlap: 0.5, shape: 'dynamic', multiple: 8, extentMm: { least: 20, most: 400 }, coarsestMm: 5,
};

/** Writes `<folder>/brightness` with its manifest; `change` overrides the input contract. */
export async function writeBrightnessModel(folder: string, change: Partial<VolumeInput> = {}, modality = 'MR'): Promise<void> {
  await writeModel(folder, 'brightness', brightnessGraph(), {
    routing: { modalities: [modality], bodyParts: ['BRAIN', 'ABDOMEN'] },
    inputs: [{ ...BRIGHTNESS_INPUT, ...change }],
    output: { kind: 'segmentation', probabilities: 'probs', classes: [{ index: 1, name: 'Bright' }], keep: 'largest', smallestMl: 0, volumeError: 0.02 },
    labels: [{ index: 1, code: 'hippocampus', severity: 'routine', threshold: 0.5, alertThreshold: 1 }],
  });
}
