import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '@readroom/shared/error';
import { readModelsDir } from '../env.ts';
import { cardProblems } from '../inference/card.ts';
import { loadModels } from '../inference/models.ts';
import type { LoadedModel, ModelSet } from '../inference/models.ts';
import type { Command } from './command.ts';
import { wrongCall } from './command.ts';

const USAGE = 'models';

/** Every model's hash against its manifest, and its card against its hash; exit code 1 when one may not be used as it is. */
export const models: Command = {
  usage: USAGE,
  summary: 'verify the hash and the card of every model',
  async run(args, { env, say }) {
    if (args.length > 0) throw wrongCall(USAGE);
    const folder = readModelsDir(env);
    const found = await readModels(folder);
    const cards = await Promise.all(found.models.map(async (model) => ({ model, problem: await cardProblem(model) })));
    for (const { model: { manifest }, problem } of cards) {
      say(`${problem === null ? 'OK   ' : 'FAIL '} ${manifest.id} ${manifest.version}  sha256 ${manifest.sha256}  ${manifest.licence}`);
      say(`      ${problem ?? manifest.intendedUse}`);
    }
    for (const { id, version, reasons } of found.refused) say(`FAIL  ${id} ${version}  ${reasons.join('; ')}. Install the model again.`);
    if (found.models.length + found.refused.length === 0) say(`FAIL  There is no model in ${folder}. Set READROOM_MODELS_DIR to the folder of the models.`);
    return found.models.length > 0 && found.refused.length === 0 && cards.every(({ problem }) => problem === null) ? 0 : 1;
  },
};

/** @throws AppError `models-folder` */
export async function readModels(folder: string): Promise<ModelSet> {
  return await loadModels(folder).catch((cause: unknown) => {
    throw new AppError('models-folder', { class: 'permanent', message: `The folder of the models, ${folder}, cannot be read. Set READROOM_MODELS_DIR.`, cause });
  });
}

/** A card that describes another file, or prints numbers its evaluation did not give. */
async function cardProblem({ manifest, path }: LoadedModel): Promise<string | null> {
  const read = (name: string): Promise<string | null> => readFile(join(dirname(path), name), 'utf8').catch(() => null);
  const card = await read('MODEL_CARD.md');
  if (card === null) return 'MODEL_CARD.md is missing: nobody can see what the model is for. Install the model again.';
  if (!card.includes(manifest.sha256)) return 'MODEL_CARD.md describes another model file. Install the model again.';
  const record = await read('evaluation.json');
  if (record === null) return 'evaluation.json is missing: the numbers of MODEL_CARD.md cannot be checked. Install the model again.';
  const problems = cardProblems(card, record, manifest);
  return problems.length === 0 ? null : `${problems.join('; ')}. Do not rely on this card: install the model again.`;
}
