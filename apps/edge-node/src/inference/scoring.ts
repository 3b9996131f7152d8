import type { AnalysisReason } from '@readroom/shared/finding/analysis';
import type { DecodedFrame } from '../imaging/decode/frame.ts';
import { parseFile } from '../imaging/decode/frames.ts';
import type { PixelInput } from './contract/inputs.ts';
import { isSeries, markedInput, pixelInputsOf, readsViews } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { pixelTensor } from './preprocess/pixels.ts';
import type { Prepared } from './preprocess/pixels.ts';
import { planesOf } from './preprocess/planes.ts';
import type { GreyImage } from './preprocess/resample.ts';
import { readAnswer } from './result/answer.ts';
import type { ScoredImage } from './result/findings.ts';
import { reasonOf } from './result/reasons.ts';
import type { Session } from './session.ts';
import type { ImageHeader } from './study/header.ts';
import type { HeldImage, ImageSource } from './study/image-source.ts';
import type { displayValues } from './study/image-values.ts';
import { scalarTensor } from './study/scalars.ts';
import { CancelledError } from './study/study-input.ts';
import { chooseViews } from './study/views.ts';
import type { Feeds, TensorData } from './tensor.ts';

export type Work = {
  readonly session: Session;
  readonly source: ImageSource;
  decode(file: Uint8Array, frameIndex: number): Promise<DecodedFrame>;
  isCancelled(): boolean;
};
export type Scored = { readonly images: ScoredImage[]; firstReason: AnalysisReason | undefined; /** Images that could not be read. */ leftOut: number; decodeMs: number; preprocessMs: number; inferenceMs: number };

/** Images decoded ahead of the one being scored, while the session runs, and kept behind it: radiographs are large, slices have neighbours. */
const AHEAD = { images: { ahead: 2, behind: 0 }, slices: { ahead: 4, behind: 2 } } as const;

export const nothingScored = (): Scored => ({ images: [], firstReason: undefined, leftOut: 0, decodeMs: 0, preprocessMs: 0, inferenceMs: 0 });

/** One image's planes for each input of pixels, in the inputs' order. */
type Planes = readonly (readonly GreyImage[])[];
type Shown = { readonly header: ImageHeader; readonly sliceIndex: number; readonly image: { readonly rows: number; readonly columns: number } };

/** Every image, every slice between its neighbours, or one view an input, as the manifest says. What cannot be read is left out; the first reason is kept. */
export function scoreStudy(held: readonly HeldImage[], manifest: Manifest, work: Work): Promise<Scored> {
  if (readsViews(manifest)) return scoreViews(held, manifest, work);
  return scoreEach(held, manifest, work, isSeries(manifest) ? 1 : 0);
}

/** Each image, with those `reach` before and after it where an input wants neighbours. A slice that cannot be read is nobody's neighbour. */
async function scoreEach(held: readonly HeldImage[], manifest: Manifest, work: Work, reach: 0 | 1): Promise<Scored> {
  const scored = nothingScored();
  const inputs = pixelInputsOf(manifest);
  const planesAt = ahead(held, reach === 0 ? AHEAD.images : AHEAD.slices, ({ header }) => loadPlanes(header.sopInstanceUid, inputs, work));
  for (const [sliceIndex, { header }] of held.entries()) {
    if (work.isCancelled()) throw new CancelledError();
    const own = await timed(scored, 'decodeMs', () => planesAt(sliceIndex)).catch((error: unknown) => skip(scored, error));
    const image = own?.[0]?.[0];
    if (!own || !image) continue;
    const beside = reach === 0 ? [] : await timed(scored, 'decodeMs', () => Promise.all([-1, 1].map((step) => neighbour(planesAt, sliceIndex + step, image))));
    const prepared = await timed(scored, 'preprocessMs', async () => inputs.map((input, k) => withNeighbours(own[k] ?? [], beside.map((planes) => planes?.[k]), input)))
      .catch((error: unknown) => skip(scored, error));
    if (prepared) scored.images.push(await scoreOne(scored, manifest, work, { header, sliceIndex, image }, prepared));
  }
  return scored;
}

function withNeighbours(own: readonly GreyImage[], [before, after]: readonly (readonly GreyImage[] | undefined)[], input: PixelInput): Prepared {
  const centre = own[0];
  if (input.kind !== 'slice' || input.neighbours === 0 || !centre) return pixelTensor(own, 0, input);
  return pixelTensor([before?.[0] ?? centre, centre, after?.[0] ?? centre], 1, input);
}

/** Every input with its own image, in one run. A view that cannot be read leaves the study without an answer. */
async function scoreViews(held: readonly HeldImage[], manifest: Manifest, work: Work): Promise<Scored> {
  const scored = nothingScored();
  const views = chooseViews(held, manifest);
  if (views.kind === 'refused') return { ...scored, firstReason: views.reason };
  const read = await loadViews(views.images, manifest, work, scored).catch((error: unknown) => skip(scored, error));
  const shown = read?.find(({ input }) => input === markedInput(manifest))?.shown;
  if (read && shown) scored.images.push(await scoreOne(scored, manifest, work, shown, read.map(({ prepared }) => prepared)));
  return scored;
}

async function loadViews(images: ReadonlyMap<string, HeldImage>, manifest: Manifest, work: Work, scored: Scored): Promise<{ readonly input: PixelInput; readonly prepared: Prepared; readonly shown: Shown }[]> {
  const read = [];
  for (const input of pixelInputsOf(manifest)) {
    if (work.isCancelled()) throw new CancelledError();
    const header = images.get(input.name)?.header;
    const [planes] = header ? await timed(scored, 'decodeMs', () => loadPlanes(header.sopInstanceUid, [input], work)) : [];
    const image = planes?.[0];
    if (!header || !planes || !image) throw new Error('an input has no image');
    read.push({ input, prepared: await timed(scored, 'preprocessMs', async () => pixelTensor(planes, 0, input)), shown: { header, sliceIndex: 0, image } });
  }
  return read;
}

async function scoreOne(scored: Scored, manifest: Manifest, { session }: Work, { header, sliceIndex, image }: Shown, prepared: readonly Prepared[]): Promise<ScoredImage> {
  const inputs = pixelInputsOf(manifest);
  const feeds: Feeds = Object.fromEntries([
    ...prepared.flatMap(({ tensor }, k): [string, TensorData][] => (inputs[k] ? [[inputs[k].name, tensor]] : [])),
    ...manifest.inputs.flatMap((input): [string, TensorData][] => (input.kind === 'scalar' ? [[input.name, scalarTensor(input, header)]] : [])),
  ]);
  const answer = readAnswer(await timed(scored, 'inferenceMs', () => session.run(feeds)), manifest);
  const marked = markedInput(manifest);
  const crop = prepared[inputs.indexOf(marked)]?.crop;
  const fine = answer.map ?? marked;
  return {
    sopInstanceUid: header.sopInstanceUid, sliceIndex, image: { rows: image.rows, columns: image.columns }, crop, ...answer,
    cell: { width: (crop?.side ?? image.columns) / fine.columns, height: (crop?.side ?? image.rows) / fine.rows },
  };
}

async function loadPlanes(sopInstanceUid: string, inputs: readonly PixelInput[], { source, decode }: Work): Promise<Planes> {
  const file = await source.bytes(sopInstanceUid);
  const [frame, dataSet] = [await decode(file, 0), parseFile(file)];
  return inputs.map((input) => planesOf(frame, dataSet, input));
}

export async function loadImage(sopInstanceUid: string, { source, decode }: Pick<Work, 'source' | 'decode'>, valuesOf: typeof displayValues): Promise<GreyImage> {
  const file = await source.bytes(sopInstanceUid);
  return valuesOf(await decode(file, 0), parseFile(file));
}

/** The neighbouring slice, `undefined` past the ends, where it cannot be read, or where it has another shape. */
async function neighbour(planesAt: (index: number) => Promise<Planes | undefined>, index: number, centre: GreyImage): Promise<Planes | undefined> {
  const planes = await planesAt(index).catch(() => undefined);
  const first = planes?.[0]?.[0];
  return first?.rows === centre.rows && first.columns === centre.columns ? planes : undefined;
}

/** Loads items a few ahead of the one asked for, and forgets those far behind, so that a long series needs little memory. */
function ahead<T, R>(items: readonly T[], keep: { readonly ahead: number; readonly behind: number }, loadItem: (item: T) => Promise<R>): (index: number) => Promise<R | undefined> {
  const loading = new Map<number, Promise<R>>();
  return async (index) => {
    for (let i = Math.max(0, index); i < Math.min(items.length, index + keep.ahead); i++) {
      const item = items[i];
      if (item === undefined || loading.has(i)) continue;
      const promise = loadItem(item);
      // The one who asks for it sees the failure; until then it must not count as unhandled.
      promise.catch(() => undefined);
      loading.set(i, promise);
    }
    const wanted = loading.get(index);
    loading.delete(index - keep.behind);
    return wanted;
  };
}

export function skip(scored: Scored, error: unknown): undefined {
  if (error instanceof CancelledError) throw error;
  scored.firstReason ??= reasonOf(error);
  scored.leftOut += 1;
  return undefined;
}

export async function timed<T>(scored: Scored, part: 'decodeMs' | 'preprocessMs' | 'inferenceMs', work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  try {
    return await work();
  } finally {
    scored[part] += performance.now() - began;
  }
}
