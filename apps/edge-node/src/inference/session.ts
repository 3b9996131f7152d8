import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import type { Provider } from '@readroom/shared/finding/analysis';
import { channelsOf } from './manifest.ts';
import type { LoadedModel } from './models.ts';

// A provider that is absent is an answer, not an error to print.
env.logLevel = 'fatal';

/** One model ready to run, and the execution provider that really took it (law ED5). */
export type Session = {
  readonly provider: Provider;
  /** Runs one [channels, size, size] image; answers the outputs by name. */
  run(image: Float32Array): Promise<Outputs>;
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
  const missing = [[input.name, session.inputNames], [output.probabilities, session.outputNames], [output.map, session.outputNames]] as const;
  for (const [name, names] of missing) {
    if (!names.includes(name)) throw new Error(`the graph has no ${name}, the manifest names it`);
  }
  return {
    provider,
    run: async (image) => {
      const answer = await session.run({ [input.name]: new Tensor('float32', image, [1, channelsOf(input), input.size, input.size]) });
      const map = answer[output.map];
      return {
        probabilities: floats(answer[output.probabilities]),
        map: { rows: map?.dims.at(-2) ?? 0, columns: map?.dims.at(-1) ?? 0, values: floats(map) },
      };
    },
    release: () => session.release(),
  };
}

function floats(tensor: Tensor | undefined): Float32Array {
  if (tensor?.data instanceof Float32Array) return tensor.data;
  throw new Error('the model answered something else than float32');
}
