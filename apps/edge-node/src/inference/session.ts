import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import type { Provider } from '@readroom/shared/finding/analysis';
import { channelsOf } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import type { LoadedModel } from './models.ts';
import type { RunVolume } from './volume/windows.ts';

// A provider that is absent is an answer, not an error to print.
env.logLevel = 'fatal';

/** One model ready to run, and the execution provider that really took it (law ED5). */
export type Session = {
  readonly provider: Provider;
  /** Runs one [channels, size, size] image; answers the outputs by name. */
  run(image: Float32Array): Promise<Outputs>;
  /** Runs one [D, H, W] volume of a segmentation model; answers its classes one after the other. */
  segment: RunVolume;
  release(): Promise<void>;
};
/** The map's channels stand one after the other in `values`. */
export type Outputs = { readonly probabilities: Float32Array; readonly map: { readonly rows: number; readonly columns: number; readonly values: Float32Array } };

/**
 * Opens a model on the first provider of the list that accepts it. ONNX Runtime throws when a provider's libraries are
 * absent instead of falling back, so each is tried by itself. Throws with every provider's reason when none works.
 */
export async function openSession(model: LoadedModel, providers: readonly Provider[]): Promise<Session> {
  const reasons: string[] = [];
  for (const provider of providers) {
    try {
      const session = await InferenceSession.create(model.path, {
        executionProviders: [provider],
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
        graphOptimizationLevel: 'all',
        // Spinning threads burn the cores that decoding and the DICOM listener share.
        extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
      });
      return wrap(session, provider, model);
    } catch (error) {
      reasons.push(`${provider}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(`no execution provider runs ${model.manifest.id}: ${reasons.join('; ')}`);
}

function wrap(session: InferenceSession, provider: Provider, { manifest }: LoadedModel): Session {
  const { input, output } = manifest;
  const outputs = output.mapUse === 'segmentation' ? [output.probabilities] : [output.probabilities, output.map];
  for (const [names, wanted] of [[session.inputNames, [input.name]], [session.outputNames, outputs]] as const) {
    const missing = wanted.find((name) => !names.includes(name));
    if (missing !== undefined) throw new Error(`the graph has no ${missing}, the manifest names it`);
  }
  return {
    provider,
    run: async (image) => {
      if (input.kind === 'volume' || output.mapUse === 'segmentation') throw new Error('the model reads volumes');
      const answer = await session.run({ [input.name]: new Tensor('float32', image, [1, channelsOf(input), input.size, input.size]) });
      const map = answer[output.map];
      return {
        probabilities: floats(answer[output.probabilities]),
        map: { rows: map?.dims.at(-2) ?? 0, columns: map?.dims.at(-1) ?? 0, values: floats(map) },
      };
    },
    segment: async (values, shape) => {
      const answer = await session.run({ [input.name]: new Tensor('float32', values, [1, 1, ...shape]) });
      const classes = floats(answer[output.probabilities]);
      const voxels = shape.reduce((product, side) => product * side, 1);
      if (classes.length === 0 || classes.length % voxels !== 0) throw new Error(`the model answered ${classes.length} values for ${voxels} voxels`);
      return classes;
    },
    release: () => session.release(),
  };
}

/** One run on an empty image or volume, to see that it computes. */
export async function tryRun({ run, segment }: Session, { input }: Manifest): Promise<void> {
  if (input.kind === 'volume') await segment(new Float32Array(input.window[0] * input.window[1] * input.window[2]), input.window);
  else await run(new Float32Array(channelsOf(input) * input.size * input.size));
}

function floats(tensor: Tensor | undefined): Float32Array {
  if (tensor?.data instanceof Float32Array) return tensor.data;
  throw new Error('the model answered something else than float32');
}
