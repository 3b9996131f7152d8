import { existsSync } from 'node:fs';
import { AppError } from '@readroom/shared/error';
import type { LoadedModel } from '../../inference/models.ts';
import { DEFAULT_INFERENCE_OPTIONS } from '../../inference/service.ts';
import { openSession, tryRun } from '../../inference/session.ts';
import { readModels } from '../models.ts';
import { fail, ok, warn } from './finding.ts';
import type { Check, Finding } from './finding.ts';

const GPU_DEVICE = '/dev/nvidia0';

/** Every model, run once on an empty image: a provider counts when it computed, not when it is installed (law ED5). */
export const checkModels: Check = async ({ modelsDir, modelSignersFile }) => {
  try {
    const { models, refused } = await readModels(modelsDir, modelSignersFile);
    if (models.length + refused.length === 0) return [fail(`There is no model in ${modelsDir}: no study is analysed.`, 'Set READROOM_MODELS_DIR to the folder of the models.')];
    const findings: Finding[] = refused.map(({ id, version, reasons }) => fail(`Model ${id} ${version} is not used: ${reasons.join('; ')}.`, 'Mend its folder; if it counted, its studies are listed as not analysed meanwhile.'));
    for (const model of models) findings.push(await tryModel(model));
    return findings;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [fail(error.message, 'Images are stored and listed as not analysed meanwhile.')];
  }
};

async function tryModel(model: LoadedModel): Promise<Finding> {
  const { id, version } = model.manifest;
  try {
    const session = await openSession(model, DEFAULT_INFERENCE_OPTIONS.providers);
    const began = performance.now();
    await tryRun(session, model.manifest);
    await session.release();
    const ran = `Model ${id} ${version} runs on ${session.provider} (${Math.round(performance.now() - began)} ms an image).`;
    if (session.provider === 'cpu' && existsSync(GPU_DEVICE)) return warn(`${ran} This machine has a GPU.`, 'Install the CUDA libraries that ONNX Runtime asks for, and let the node’s user open the GPU.');
    return ok(ran);
  } catch (error) {
    return fail(`Model ${id} ${version} cannot be run (${error instanceof Error ? error.message.slice(0, 300) : 'unknown'}).`, 'Install the models again. If they are whole, this processor or its libraries are not supported.');
  }
}
