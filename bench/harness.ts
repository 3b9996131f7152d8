/**
 * What every benchmark is made of. A bench file exports `benchmark: Benchmark`; `bench/main.ts` runs those asked for.
 *
 * A number is never read alone: `ours` and `peer` are measured in interleaved pairs in the same run, so that what the
 * machine does meanwhile touches both. A run in which the peer itself varied by more than 30 % says nothing: it is invalid.
 */
export interface Benchmark {
  readonly name: string;
  /** One line: what is measured, from where to where. */
  readonly what: string;
  run(context: BenchContext): Promise<BenchResult[]>;
}

export interface BenchContext {
  /** A line of progress for the person who waits. */
  log(line: string): void;
  /** Runs when the benchmark ends, in reverse order, also after a failure. */
  defer(cleanup: () => Promise<void> | void): void;
}

export interface BenchResult {
  readonly name: string;
  /** Median (or the percentile that `note` names) of ours, in `unit`. */
  readonly ours: number;
  readonly peer: number | null;
  /** ours / peer; null without a peer. */
  readonly ratio: number | null;
  readonly unit: string;
  /** The bar in words: `<= 3000 ms p95`, `>= 2x`; null when the number is only reported. */
  readonly bar: string | null;
  /** null when there is no bar, or when the run is invalid. */
  readonly ok: boolean | null;
  readonly note: string;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** (max - min) / median. */
  readonly relative: number;
}

export interface Paired {
  readonly ours: Spread;
  readonly peer: Spread;
  readonly ratio: number;
  /** False when the peer varied by more than 30 %: the machine was not quiet. */
  readonly valid: boolean;
  readonly oursAll: readonly number[];
  readonly peerAll: readonly number[];
}

/** Largest relative spread of the peer that still lets a run count. */
export const PEER_SPREAD_LIMIT = 0.3;

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** Nearest-rank percentile, `p` in 0..100. Throws on an empty list. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = Math.max(0, Math.ceil((p / 100) * sorted.length) - 1);
  const value = sorted[at];
  if (value === undefined) throw new Error('No value was measured.');
  return value;
}

export function spreadOf(values: readonly number[]): Spread {
  const middle = median(values);
  const min = Math.min(...values);
  const max = Math.max(...values);
  return { median: middle, min, max, relative: middle === 0 ? 0 : (max - min) / middle };
}

/**
 * Measures `ours` and `peer` in turn, `pairs` times, after one unmeasured pair to warm up; who goes first alternates.
 * Each call answers one number in the same unit.
 */
export async function interleave(pairs: number, ours: () => Promise<number>, peer: () => Promise<number>): Promise<Paired> {
  const oursAll: number[] = [];
  const peerAll: number[] = [];
  await ours();
  await peer();
  for (let i = 0; i < pairs; i++) {
    if (i % 2 === 0) oursAll.push(await ours());
    peerAll.push(await peer());
    if (i % 2 === 1) oursAll.push(await ours());
  }
  return pairedOf(oursAll, peerAll);
}

export function pairedOf(oursAll: readonly number[], peerAll: readonly number[]): Paired {
  const ours = spreadOf(oursAll);
  const peer = spreadOf(peerAll);
  return { ours, peer, ratio: ours.median / peer.median, valid: peer.relative <= PEER_SPREAD_LIMIT, oursAll, peerAll };
}

/** `values` in `blocks` runs of equal length, the median of each: how a floor of many short events varied over the run. */
export function blockMedians(values: readonly number[], blocks: number): number[] {
  const size = Math.ceil(values.length / blocks);
  return Array.from({ length: Math.ceil(values.length / size) }, (_, at) => median(values.slice(at * size, (at + 1) * size)));
}

/** What a run against a bar is worth: no verdict where the floor beside it varied by more than 30 % from block to block. */
export function verdict(isMet: boolean, floor: readonly number[], blocks: number): { readonly ok: boolean | null; readonly words: string } {
  const { relative } = spreadOf(blockMedians(floor, blocks));
  const words = `spread of the floor ${percent(relative)}`;
  return relative <= PEER_SPREAD_LIMIT ? { ok: isMet, words } : { ok: null, words: `${INVALID}: the floor varied by more than 30 %; ${words}` };
}

/** How the note of a run that says nothing begins. */
export const INVALID = 'INVALID';

export interface PairedReport {
  readonly name: string;
  readonly unit: string;
  readonly bar?: { readonly text: string; ok(paired: Paired): boolean };
  readonly note?: string;
}

/** The result line of a paired measurement: medians, ratio, spreads, and whether the run counts. */
export function resultOf(paired: Paired, report: PairedReport): BenchResult {
  const spread = `spread ours ${percent(paired.ours.relative)}, peer ${percent(paired.peer.relative)}, ${String(paired.oursAll.length)} pairs`;
  const invalid = paired.valid ? '' : `${INVALID}: the peer varied by more than 30 %; `;
  return {
    name: report.name,
    ours: paired.ours.median,
    peer: paired.peer.median,
    ratio: paired.ratio,
    unit: report.unit,
    bar: report.bar?.text ?? null,
    ok: report.bar && paired.valid ? report.bar.ok(paired) : null,
    note: `${invalid}${spread}${report.note ? `; ${report.note}` : ''}`,
  };
}

function percent(share: number): string {
  return `${String(Math.round(share * 100))} %`;
}
