import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadModels } from '../apps/edge-node/src/inference/models.ts';
import { DEFAULT_INFERENCE_OPTIONS, Inference } from '../apps/edge-node/src/inference/service.ts';
import { openSession } from '../apps/edge-node/src/inference/session.ts';
import { volumeSeries } from '../tools/phantom/dicom/volume-series.ts';
import { createRandom } from '../tools/phantom/random.ts';
import { interleave, resultOf } from './harness.ts';
import type { BenchContext, BenchResult, Benchmark } from './harness.ts';

/** The largest volume the hippocampus model takes: 80 slices of 80 x 80 at 1 mm. */
const SIDE = 80;
const SHAPE = [SIDE, SIDE, SIDE] as const;
const PAIRS = 9;

/** A bright ellipsoid in noise: something to outline and to measure. */
function phantom(): ReturnType<typeof volumeSeries> {
  const random = createRandom('bench');
  const values = Uint16Array.from({ length: SIDE ** 3 }, (_, i) => {
    const [x, y, z] = [i % SIDE, Math.floor(i / SIDE) % SIDE, Math.floor(i / SIDE ** 2)];
    return 300 + 100 * random.next() + (Math.hypot((x - 40) / 8, (y - 40) / 20, (z - 40) / 8) < 1 ? 400 : 0);
  });
  return volumeSeries({ modality: 'MR', bodyPart: 'HIPPOCAMPUS', seriesUid: '2.25.2', shape: SHAPE, spacingMm: [1, 1, 1], values });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function run({ log, defer }: BenchContext): Promise<BenchResult[]> {
  const files = new Map(phantom().map(({ uid, bytes }) => [uid, bytes]));
  const modelsFolder = await mkdtemp(join(tmpdir(), 'readroom-bench-'));
  defer(() => rm(modelsFolder, { recursive: true }));
  // Alone, so that no other model of MR reads the series too.
  await cp(join(import.meta.dirname, '..', 'models', 'hippocampus'), join(modelsFolder, 'hippocampus'), { recursive: true });
  const [model] = (await loadModels(modelsFolder)).models;
  if (!model) throw new Error('The model in models/hippocampus was refused.');
  const inference = new Inference({ ...DEFAULT_INFERENCE_OPTIONS, providers: ['cpu'], modelsFolder, now: Date.now });
  await inference.start();
  defer(() => inference.stop());
  const session = await openSession(model, ['cpu']);
  defer(() => session.release());
  const volume = new Float32Array(SIDE ** 3).fill(0.5);
  const study = { studyUid: '2.25.3', complete: true, images: [...files.keys()].map((sopInstanceUid) => ({ sopInstanceUid, modality: 'MR' })), read: async (uid: string) => files.get(uid) ?? new Uint8Array() };
  const ours = (): Promise<number> => timed(async () => {
    const [result] = await inference.analyse({ study, studyClass: null });
    if (result?.status !== 'final') throw new Error(`The analysis ended as ${String(result?.status)}: ${String(result?.reason?.text)}`);
  });
  const peer = (): Promise<number> => timed(() => session.segment(volume, SHAPE));
  log(`${String(PAIRS)} pairs of one volume of ${String(SIDE)} slices of ${String(SIDE)} x ${String(SIDE)}`);
  const paired = await interleave(PAIRS, ours, peer);
  return [resultOf(paired, { name: 'volume-pipeline', unit: 'ms', note: 'from the files in the edge process to measurements back in it, two processes and a decoding thread crossed', bar: { text: '<= 1.03 of the bare run', ok: ({ ratio }) => ratio <= 1.03 } })];
}

export const benchmark: Benchmark = {
  name: 'volume-pipeline',
  what: 'one MR volume through the whole inference pipeline, against the bare session.run',
  run,
};
