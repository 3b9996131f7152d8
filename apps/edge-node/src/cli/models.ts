import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '@readroom/shared/error';
import type { AnalysisRole } from '@readroom/shared/finding/analysis';
import { readDiskReserveBytes, readEdgeHome, readModelSignersFile, readModelsDir } from '../env.ts';
import { cardProblems } from '../inference/card.ts';
import { loadModels } from '../inference/models.ts';
import type { LoadedModel, ModelSet } from '../inference/models.ts';
import { loadQuality } from '../inference/quality/quality-manifest.ts';
import type { LoadedQuality } from '../inference/quality/quality-manifest.ts';
import { fetchModel } from '../inference/registry/fetch-model.ts';
import { openRoles } from '../inference/registry/roles.ts';
import type { Roles } from '../inference/registry/roles.ts';
import { readSigners } from '../inference/registry/signature.ts';
import { rolesFile } from '../stores.ts';
import type { Command, CommandIo } from './command.ts';
import { wrongCall } from './command.ts';

const USAGE = 'models [promote ID VERSION | rollback ID | fetch URL]';

/** Every model with its role, its hash against its manifest and its card against its evaluation; exit code 1 when one may not be used as it is. */
export const models: Command = {
  usage: USAGE,
  summary: 'verify every model; say which version counts',
  async run(args, io) {
    const [what, id, version] = args;
    if (what === 'promote' && id !== undefined && version !== undefined && args.length === 3) return promote(id, version, io);
    if (what === 'rollback' && id !== undefined && args.length === 2) return rollback(id, io);
    if (what === 'fetch' && id !== undefined && args.length === 2) return take(id, io);
    if (args.length > 0) throw wrongCall(USAGE);
    return list(io);
  },
};

async function list({ env, say }: CommandIo): Promise<number> {
  const folder = readModelsDir(env);
  const found = await readModels(folder, readModelSignersFile(env));
  const cards = await Promise.all(found.models.map(async (model) => ({ model, problem: await cardProblem(model) })));
  const roles = await rolesOf(env, found.models);
  for (const [i, { model: { manifest }, problem }] of cards.entries()) {
    say(`${problem === null ? 'OK   ' : problem.level} ${manifest.id} ${manifest.version}  ${roles[i] ?? 'shadow'}  sha256 ${manifest.sha256}  ${manifest.licence}`);
    say(`      ${problem?.text ?? manifest.intendedUse}`);
  }
  for (const { id, version, reasons } of found.refused) {
    say(`FAIL  ${id} ${version}  not used:`);
    for (const reason of reasons) say(`      ${reason}`);
  }
  const isQualityRight = await listQuality(folder, env, say);
  if (found.models.length + found.refused.length === 0) say(`FAIL  There is no model in ${folder}. Set READROOM_MODELS_DIR to the folder of the models.`);
  return found.models.length > 0 && found.refused.length === 0 && isQualityRight && cards.every(({ problem }) => problem?.level !== 'FAIL ') ? 0 : 1;
}

/** The model that judges pictures; false where it may not be used as it is. Without one there is nothing wrong: quality is not assessed. */
async function listQuality(folder: string, env: CommandIo['env'], say: CommandIo['say']): Promise<boolean> {
  const found = await loadQuality(folder, readSigners(readModelSignersFile(env)));
  if (found === null) return true;
  if ('reasons' in found) {
    say(`FAIL  ${found.id}  not used, quality is not assessed:`);
    for (const reason of found.reasons) say(`      ${reason}`);
    return false;
  }
  const { manifest: { id, version, sha256, licence, intendedUse } } = found;
  const problem = await cardProblem(found);
  say(`${problem === null ? 'OK   ' : problem.level} ${id} ${version}  quality  sha256 ${sha256}  ${licence}`);
  say(`      ${problem?.text ?? intendedUse}`);
  return problem?.level !== 'FAIL ';
}

/** Only a version that may be used can be made the one that counts. */
async function promote(id: string, version: string, { env, say }: CommandIo): Promise<number> {
  return await withRoles(env, async (roles) => {
    // First what is known of the model: who promotes it meanwhile is noticed.
    const seen = roles.seen(id);
    const found = await readModels(readModelsDir(env), readModelSignersFile(env));
    const model = found.models.find(({ manifest }) => manifest.id === id && manifest.version === version);
    const refused = found.refused.find((one) => one.id === id && one.version === version);
    if (refused) throw new AppError('model-refused', { class: 'permanent', message: `${id} ${version} is not used: ${refused.reasons.join('; ')}.` });
    if (!model) {
      const known = found.models.filter(({ manifest }) => manifest.id === id).map(({ manifest }) => manifest.version);
      throw new AppError('model-unknown', { class: 'permanent', message: `There is no ${id} ${version} in the models folder${known.length > 0 ? `, there is ${known.join(', ')}` : ''}.` });
    }
    const { sha256 } = model.manifest;
    if (roles.chosen(id) === null && model.reference) throw new AppError('model-active', { class: 'permanent', message: `${id} ${version} counts already.` });
    roles.promote({ id, version, sha256 }, seen);
    say(`${id} ${version} counts from now on, for studies analysed from now on. Every other version of ${id} is in shadow. Back: readroom-edge models rollback ${id}`);
    return 0;
  });
}

/** From the address of its manifest. The node sees it as it sees any other: in shadow. */
async function take(address: string, { env, say }: CommandIo): Promise<number> {
  const { id, version, folder } = await fetchModel(address, { modelsFolder: readModelsDir(env), signers: readSigners(readModelSignersFile(env)), reserveBytes: readDiskReserveBytes(env) });
  say(`${id} ${version} is in ${folder}. A running node takes it up by itself, in shadow.`);
  return 0;
}

async function rollback(id: string, { env, say }: CommandIo): Promise<number> {
  return await withRoles(env, async (roles) => {
    const before = roles.rollback(id, roles.seen(id));
    say(before ? `${id} ${before.version} counts again.` : `No promoted version of ${id} counts any more: the one that came with this node does, where there is one.`);
    return 0;
  });
}

/** Where the node has no record yet, or its folder is not named, nobody chose anything. Looking makes no record. */
async function rolesOf(env: CommandIo['env'], found: readonly LoadedModel[]): Promise<AnalysisRole[]> {
  const home = env['READROOM_EDGE_HOME'] ?? '';
  if (home === '' || !existsSync(rolesFile(home))) return found.map(({ reference }) => (reference ? 'active' : 'shadow'));
  return await withRoles(env, async (roles) => found.map(({ manifest, reference }) => roles.roleOf({ ...manifest, reference })));
}

/** The roles as the node keeps them; they are read at each study, so a running node follows at once. */
async function withRoles<T>(env: CommandIo['env'], work: (roles: Roles) => Promise<T>): Promise<T> {
  const roles = openRoles(rolesFile(readEdgeHome(env)), Date.now);
  try {
    return await work(roles);
  } finally {
    roles.close();
  }
}

/** @throws AppError `models-folder`, `settings` */
export async function readModels(folder: string, signersFile: string | null): Promise<ModelSet> {
  return await loadModels(folder, readSigners(signersFile)).catch((cause: unknown) => {
    throw new AppError('models-folder', { class: 'permanent', message: `The folder of the models, ${folder}, cannot be read. Set READROOM_MODELS_DIR.`, cause });
  });
}

type Problem = { readonly level: 'FAIL ' | 'WARN '; readonly text: string };

/** A card that describes another file, or prints numbers its evaluation did not give. Of others' models a card is not demanded. */
async function cardProblem({ manifest, path, reference }: LoadedModel | LoadedQuality): Promise<Problem | null> {
  const read = (name: string): Promise<string | null> => readFile(join(dirname(path), name), 'utf8').catch(() => null);
  const missing = (text: string): Problem => ({ level: reference ? 'FAIL ' : 'WARN ', text: `${text} ${reference ? 'Install the model again.' : 'Ask whoever made it, and measure it on your own cases with npm run validate.'}` });
  const card = await read('MODEL_CARD.md');
  if (card === null) return missing('MODEL_CARD.md is missing: nobody can see what the model is for.');
  if (!card.includes(manifest.sha256)) return { level: 'FAIL ', text: 'MODEL_CARD.md describes another model file. Install the model again.' };
  const record = await read('evaluation.json');
  if (record === null) return missing('evaluation.json is missing: the numbers of MODEL_CARD.md cannot be checked.');
  const problems = cardProblems(card, record, manifest);
  return problems.length === 0 ? null : { level: 'FAIL ', text: `${problems.join('; ')}. Do not rely on this card: install the model again.` };
}
