import { readsNeighbours } from '../../apps/edge-node/src/inference/manifest.ts';
import type { Manifest } from '../../apps/edge-node/src/inference/manifest.ts';
import type { Estimate } from '@readroom/shared/evaluation/bootstrap';
import { readCases } from './cases.ts';
import { ValidationFailure } from './failure.ts';
import { worstMisses } from './misses.ts';
import type { Miss, PicturedMiss } from './misses.ts';
import type { Options } from './options.ts';
import { segmentationSet, structureReports } from './overlap-report.ts';
import type { StructureReport } from './overlap-report.ts';
import { reportSet, subgroups } from './report.ts';
import type { SetReport, Subgroup } from './report.ts';
import { findModel, scoreUnits } from './score.ts';
import { unitsOf } from './units.ts';

/** The JSON report. Every figure is `{ value, low, high, n }`: 95 % interval by bootstrap over patients, `n` cases. */
export type Validation = SetReport & {
  readonly model: { readonly id: string; readonly version: string; readonly sha256: string; readonly name: string };
  /** Mean over volumes of the whole structure; null where the model does not segment. */
  readonly dice: Estimate | null;
  readonly volumeError: Estimate | null;
  /** The whole, then each part. */
  readonly structures: readonly StructureReport[];
  readonly table: {
    readonly name: string;
    readonly rows: number;
    readonly leftOut: readonly { readonly reason: string; readonly rows: number }[];
    /** Cases that should have been scored and were not, by name. They are in no figure. */
    readonly notScored: readonly { readonly file: string; readonly reason: string }[];
  };
  readonly method: { readonly interval: string; readonly draws: number; readonly seed: number; readonly bins: number; readonly prevalence: number | null; readonly slices: 'single' | 'with-neighbours' | null; readonly where: readonly string[] };
  readonly subgroups: readonly Subgroup[];
  readonly worstMisses: readonly Miss[];
};
export type Outcome = { readonly validation: Validation; readonly misses: readonly PicturedMiss[]; readonly manifest: Manifest };

/** Reads the cases, scores them and counts. Throws ValidationFailure. */
export async function validate(options: Options, modelsFolder: string, onProgress: (done: number, of: number) => void): Promise<Outcome> {
  const model = await findModel(options.model, modelsFolder);
  const { manifest } = model;
  const segments = manifest.output.kind === 'segmentation';
  const table = await readCases(options, manifest.labels.map(({ code }) => code), segments);
  const wanted = table.cases.filter(({ leftOut }) => leftOut === undefined);
  const leftOut = [...Map.groupBy(table.cases.flatMap((item) => item.leftOut ?? []), (reason) => reason)].map(([reason, rows]) => ({ reason, rows: rows.length }));
  if (wanted.length === 0) throw new ValidationFailure(`No case of ${table.name} is left: ${leftOut.map(({ reason, rows }) => `${rows} ${reason}`).join('; ')}.`);
  // A stack is read whole: a row that is in no figure is still its neighbours' neighbour.
  const groups = new Set(wanted.map(({ group }) => group));
  const built = await unitsOf(table.cases.filter(({ group }) => groups.has(group)), manifest, options.single);
  const units = built.units.filter(({ whole, images }) => (whole ?? images.find((image) => image.case?.leftOut === undefined)?.case)?.leftOut === undefined);
  const { scored, unusable } = await scoreUnits(units, model, (done) => onProgress(done, units.length));
  const notScored = [...built.unusable.filter((own) => own.case.leftOut === undefined), ...unusable].map((own) => ({ file: own.case.file, reason: own.reason }));
  if (scored.length === 0) throw new ValidationFailure(`None of ${wanted.length} cases could be scored. The first: ${notScored[0]?.file ?? ''}: ${notScored[0]?.reason ?? ''}.`);
  const ordered = scored.sort((a, b) => (a.case.file < b.case.file ? -1 : 1));
  const misses = await worstMisses(ordered, manifest, options.html !== undefined);
  const structures = segments ? structureReports(ordered, options) : [];
  const validation: Validation = {
    model: { id: manifest.id, version: manifest.version, sha256: manifest.sha256, name: manifest.name },
    ...(segments ? segmentationSet(ordered) : reportSet(ordered, manifest, options)), dice: structures[0]?.dice ?? null, volumeError: structures[0]?.volumeError ?? null, structures,
    table: { name: table.name, rows: table.cases.length, leftOut, notScored },
    method: {
      interval: '95 %, percentile bootstrap over patients', draws: options.draws, seed: options.seed, bins: options.bins, prevalence: options.prevalence,
      slices: !readsNeighbours(manifest) ? null : options.single ? 'single' : 'with-neighbours', where: options.where.map((pair) => pair.join('=')),
    },
    subgroups: segments ? [] : subgroups(ordered, table.columns, manifest, options),
    worstMisses: misses.map(({ jpeg: _jpeg, ...miss }) => miss),
  };
  return { validation, misses, manifest };
}
