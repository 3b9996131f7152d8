import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import type { Provider } from '@readroom/shared/finding/analysis';
import { volumeInputOf } from './manifest.ts';
import type { LoadedModel } from './models.ts';
import { readAnswer } from './result/answer.ts';
import { filled, slopes } from './tensor.ts';
import type { Answer, Answers, Feeds, TensorData } from './tensor.ts';
import type { VolumeInput } from './volume/contract.ts';
import type { RunVolume } from './volume/windows.ts';

// A provider that is absent is an answer, not an error to print.
env.logLevel = 'fatal';

/** One model ready to run, and the execution provider that really took it (law ED5). */
export type Session = {
  readonly provider: Provider;
  /** Runs the graph once. */
  run(feeds: Feeds): Promise<Answers>;
  /** Runs one [D, H, W] volume of a segmentation model; answers its classes one after the other. */
  segment: RunVolume;
  release(): Promise<void>;
};

/**
 * Opens a model on the first provider of the list that accepts it. ONNX Runtime throws when a provider's libraries are
 * absent instead of falling back, so each is tried by itself. Throws with every provider's reason when none works.
 */
export async function openSession(model: LoadedModel, providers: readonly Provider[]): Promise<Session> {
  const reasons: string[] = [];
  for (const provider of providers) {
    try {
      return wrap(await openGraph(model.path, provider), provider, model);
    } catch (error) {
      reasons.push(`${provider}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(`no execution provider runs ${model.manifest.id}: ${reasons.join('; ')}`);
}

/** A graph on one provider, as every model of the node runs: one thread that does not spin. Throws what ONNX Runtime throws. */
export function openGraph(path: string, provider: Provider): Promise<InferenceSession> {
  return InferenceSession.create(path, {
    executionProviders: [provider],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    // Spinning threads burn the cores that decoding and the DICOM listener share.
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  });
}

function wrap(session: InferenceSession, provider: Provider, { manifest }: LoadedModel): Session {
  const volume = volumeInputOf(manifest);
  return {
    provider,
    run: async (feeds) => answersOf(await session.run(Object.fromEntries(Object.entries(feeds).map(([name, data]) => [name, tensorOf(data)])))),
    segment: async (values, shape) => {
      if (!volume || manifest.output.kind !== 'segmentation') throw new Error('the model reads no volumes');
      const answer = await session.run({ [volume.name]: new Tensor('float32', values, [1, 1, ...shape]) });
      const classes = answer[manifest.output.probabilities]?.data;
      if (!(classes instanceof Float32Array)) throw new Error('the model answered something else than float32');
      const voxels = shape.reduce((product, side) => product * side, 1);
      if (classes.length === 0 || classes.length % voxels !== 0) throw new Error(`the model answered ${classes.length} values for ${voxels} voxels`);
      return classes;
    },
    release: () => session.release(),
  };
}

function tensorOf({ dtype, data, dims }: TensorData): Tensor {
  switch (dtype) {
    case 'float32': return new Tensor(dtype, data as Float32Array, dims);
    case 'uint8': return new Tensor(dtype, data as Uint8Array, dims);
    case 'int64': return new Tensor(dtype, data as BigInt64Array, dims);
    default: return dtype satisfies never;
  }
}

function answersOf(values: InferenceSession.ReturnType): Answers {
  return Object.fromEntries(Object.entries(values).flatMap(([name, { data, dims }]): [string, Answer][] => {
    if (data instanceof Float32Array || data instanceof Float64Array || data instanceof Int32Array) return [[name, { data, dims }]];
    return data instanceof BigInt64Array ? [[name, { data: Float64Array.from(data, Number), dims }]] : [];
  }));
}

/** One run on what is no image, to see that it computes and answers as the manifest says, and its self-test; it also warms the session. Throws with the reason. */
export async function tryRun({ run, segment }: Session, manifest: LoadedModel['manifest']): Promise<void> {
  const volume = volumeInputOf(manifest);
  if (volume) await segment(new Float32Array(smallest(volume).reduce((product, side) => product * side, 1)), smallest(volume));
  else readAnswer(await run(slopes(manifest)), manifest);
  const { selfTest, labels } = manifest;
  if (!selfTest) return;
  const { confidences } = readAnswer(await run(filled(manifest, selfTest.fill)), manifest);
  const wrong = labels.findIndex((_, i) => Math.abs((confidences[i] ?? 0) - (selfTest.confidences[i] ?? 0)) > selfTest.tolerance);
  if (wrong >= 0) throw new Error(`its self-test failed: ${labels[wrong]?.code ?? ''} is ${(confidences[wrong] ?? 0).toFixed(4)}, the manifest says ${selfTest.confidences[wrong] ?? 0}`);
}

/** The window, or less of it where the graph takes any size: a whole one costs seconds. */
function smallest({ shape, window, multiple }: VolumeInput): VolumeInput['window'] {
  if (shape === 'fixed') return window;
  const side = (most: number): number => Math.min(most, multiple * Math.ceil(FEW_VOXELS / multiple));
  return [side(window[0]), side(window[1]), side(window[2])];
}

const FEW_VOXELS = 16;
