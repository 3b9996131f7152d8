import { basename, dirname } from 'node:path';
import { Tensor } from 'onnxruntime-node';
import type { Excluded } from '../process/protocol.ts';
import { openGraph } from '../session.ts';
import { loadQuality } from './quality-manifest.ts';
import type { QualityManifest } from './quality-manifest.ts';

export type QualityModel = {
  readonly manifest: QualityManifest;
  /** Runs one [1, size, size] picture; answers its probabilities. Throws what the runtime throws. */
  run(image: Float32Array): Promise<Float32Array>;
  release(): Promise<void>;
};
/** Why there is no model, in words a radiologist may read. */
export type NoQualityModel = { readonly problem: string };

export type QualityPlace = { readonly modelsFolder: string; readonly signers: readonly string[]; readonly excluded: readonly Excluded[] };

/**
 * The quality model of the folder, ready to run. It is small: the CPU takes it. `onOpening` hears its folder before it is opened, so that
 * one that ends the process is known and excluded the next time. Never throws (law QU3).
 */
export async function openQuality({ modelsFolder, signers, excluded }: QualityPlace, onOpening: (folder: string) => void = () => undefined): Promise<QualityModel | NoQualityModel> {
  try {
    const found = await loadQuality(modelsFolder, signers);
    if (found === null) return { problem: 'this node has no quality model' };
    if ('reasons' in found) return { problem: `the quality model was not loaded: ${found.reasons.join('; ')}` };
    const folder = basename(dirname(found.path));
    const reason = excluded.find((one) => one.folder === folder)?.reason;
    if (reason !== undefined) return { problem: `the quality model is not opened: ${reason}` };
    onOpening(folder);
    return await open(found.path, found.manifest);
  } catch {
    return { problem: 'the quality model could not be opened' };
  }
}

async function open(path: string, manifest: QualityManifest): Promise<QualityModel> {
  const { input, output, domains } = manifest;
  const session = await openGraph(path, 'cpu');
  const columns = Math.max(output.good, ...domains.flatMap(({ flaws }) => flaws.map(({ index }) => index))) + 1;
  const run = async (image: Float32Array): Promise<Float32Array> => {
    const answer = await session.run({ [input.name]: new Tensor('float32', image, [1, 1, input.size, input.size]) });
    const data = answer[output.probabilities]?.data;
    if (!(data instanceof Float32Array) || data.length < columns || data.some((value) => !(value >= 0 && value <= 1))) throw new Error('the quality model answered no probabilities');
    return data;
  };
  await run(new Float32Array(input.size * input.size));
  return { manifest, run, release: () => session.release() };
}
