import { join } from 'node:path';
import { DEFAULT_INFERENCE_OPTIONS, Inference } from '../apps/edge-node/src/inference/service.ts';
import { loadModels } from '../apps/edge-node/src/inference/models.ts';
import { openSession } from '../apps/edge-node/src/inference/session.ts';
import { slopes } from '../apps/edge-node/src/inference/tensor.ts';
import { chestRadiograph } from '../tools/phantom/anatomy/chest.ts';
import { imageAttributes, pixelAttributes, windowAttributes } from '../tools/phantom/dicom/modules.ts';
import { writeFile } from '../tools/phantom/dicom/writer.ts';
import { createRandom } from '../tools/phantom/random.ts';
import { interleave, resultOf } from './harness.ts';
import type { BenchContext, BenchResult, Benchmark } from './harness.ts';

const SIZE = 2048;
const PAIRS = 15;
/** As long as one of ours: what the machine does meanwhile touches both alike. */
const RUNS_A_SAMPLE = 60;
const SOP_INSTANCE_UID = '2.25.1';
const CR_STORAGE = '1.2.840.10008.5.1.4.1.1.1';
const modelsFolder = join(import.meta.dirname, '..', 'models');

/** A 2048 x 2048, 12-bit radiograph, uncompressed: 8 MB, as a detector sends it. */
function radiograph(): Uint8Array {
  const values = chestRadiograph(createRandom('bench'), { size: SIZE, heart: 1, inspiration: 1, build: 1, opacities: [] });
  const data = new Uint8Array(Uint16Array.from(values, (value) => Math.round(value * 4095)).buffer);
  const series = { seriesUid: '2.25.2', number: 1, description: 'Chest', modality: 'CR', bodyPart: 'CHEST' };
  const instance = { sopClassUid: CR_STORAGE, sopInstanceUid: SOP_INSTANCE_UID, number: 1 };
  const pixels = { rows: SIZE, columns: SIZE, bitsAllocated: 16, bitsStored: 12, signed: false, data } as const;
  return writeFile(CR_STORAGE, SOP_INSTANCE_UID, [...imageAttributes(series, instance, new Date(0), 'ORIGINAL\\PRIMARY'), ...pixelAttributes(pixels), ...windowAttributes(2048, 4096)], 'ISO_IR 100');
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function run({ log, defer }: BenchContext): Promise<BenchResult[]> {
  const file = radiograph();
  const inference = new Inference({ ...DEFAULT_INFERENCE_OPTIONS, providers: ['cpu'], modelsFolder, now: Date.now });
  await inference.start();
  defer(() => inference.stop());
  const model = (await loadModels(modelsFolder)).models.find(({ manifest }) => manifest.id === 'cxr');
  if (!model) throw new Error('The chest model is not in models/cxr, or it was refused.');
  const session = await openSession(model, ['cpu']);
  defer(() => session.release());
  const feeds = slopes(model.manifest);
  const study = { studyUid: '2.25.3', complete: true, images: [{ sopInstanceUid: SOP_INSTANCE_UID, modality: 'CR' }], read: async () => file };
  const ours = (): Promise<number> => timed(async () => {
    const [result] = await inference.analyse({ study, studyClass: null });
    if (result?.status !== 'final') throw new Error(`The analysis ended as ${String(result?.status)}: ${String(result?.reason?.text)}`);
  });
  const peer = async (): Promise<number> => {
    const total = await timed(async () => {
      for (let i = 0; i < RUNS_A_SAMPLE; i++) await session.run(feeds);
    });
    return total / RUNS_A_SAMPLE;
  };
  log(`${String(PAIRS)} pairs of one ${String(SIZE)} x ${String(SIZE)} radiograph`);
  const paired = await interleave(PAIRS, ours, peer);
  return [resultOf(paired, { name: 'xray-pipeline', unit: 'ms', note: 'from the file in the edge process to findings back in it, two processes and a decoding thread crossed; no bar yet' })];
}

export const benchmark: Benchmark = {
  name: 'xray-pipeline',
  what: 'one radiograph through the whole inference pipeline, against the bare session.run',
  run,
};
