import type { AnalysisReason } from '@readroom/shared/finding/analysis';
import type { DecodedFrame } from '../imaging/decode/frame.ts';
import { parseFile } from '../imaging/decode/frames.ts';
import type { ScoredImage } from './result/findings.ts';
import type { HeldImage, ImageSource } from './study/image-source.ts';
import { displayValues, hounsfieldValues, luminanceValues, magnitudeValues } from './study/image-values.ts';
import type { MagneticInput, ProjectionInput, SlicesInput, UltrasoundInput } from './manifest.ts';
import { reasonOf } from './result/reasons.ts';
import { chestTensor } from './preprocess/chest.ts';
import { headTensor, headWindow } from './preprocess/head.ts';
import type { HeadInput } from './preprocess/head.ts';
import { magneticTensor } from './preprocess/magnetic.ts';
import type { GreyImage, Square } from './preprocess/resample.ts';
import { ultrasoundTensor } from './preprocess/ultrasound.ts';
import type { Session } from './session.ts';
import { CancelledError } from './study/study-input.ts';

export type Work = {
  readonly session: Session;
  readonly source: ImageSource;
  decode(file: Uint8Array, frameIndex: number): Promise<DecodedFrame>;
  isCancelled(): boolean;
};
export type Scored = { readonly images: ScoredImage[]; firstReason: AnalysisReason | undefined; decodeMs: number; preprocessMs: number; inferenceMs: number };

/** Slices decoded ahead of the one being scored: the decoder's threads work while the session runs. */
const AHEAD = 4;

export const nothingScored = (): Scored => ({ images: [], firstReason: undefined, decodeMs: 0, preprocessMs: 0, inferenceMs: 0 });

type Prepared = { readonly tensor: Float32Array; readonly crop: Square | undefined };
type SingleInput = ProjectionInput | UltrasoundInput | MagneticInput;

/** Each image by itself. One that cannot be read is left out; the first reason is kept. */
export async function scoreImages(held: readonly HeldImage[], input: SingleInput, work: Work): Promise<Scored> {
  const scored = nothingScored();
  for (const [sliceIndex, { header }] of held.entries()) {
    if (work.isCancelled()) throw new CancelledError();
    const image = await timed(scored, 'decodeMs', () => loadImage(header.sopInstanceUid, work, VALUES[input.kind])).catch((error: unknown) => skip(scored, error));
    if (!image) continue;
    const prepared = await timed(scored, 'preprocessMs', async () => prepare(image, input)).catch((error: unknown) => skip(scored, error));
    if (prepared) scored.images.push(await scoreOne(scored, work, header.sopInstanceUid, sliceIndex, image, prepared.tensor, prepared.crop));
  }
  return scored;
}

const VALUES = { projection: displayValues, ultrasound: luminanceValues, magnetic: magnitudeValues } as const;

/** Throws BlankImageError. */
function prepare(image: GreyImage, input: SingleInput): Prepared {
  switch (input.kind) {
    case 'projection': return { tensor: chestTensor(image, { ...input, ...input.stretch }), crop: undefined };
    case 'ultrasound': return { tensor: ultrasoundTensor(image, { ...input, ...input.stretch }), crop: undefined };
    case 'magnetic': return magneticTensor(image, { ...input, ...input.stretch });
    default: return input satisfies never;
  }
}

/** Each slice with its neighbours, in the order given. A slice that cannot be read is left out and is nobody's neighbour. */
export async function scoreSlices(held: readonly HeldImage[], input: SlicesInput, work: Work): Promise<Scored> {
  const scored = nothingScored();
  const shape: HeadInput = { size: input.size, windowCenter: input.window.center, windowWidth: input.window.width, ...input.crop };
  const planeAt = ahead(held, async ({ header }) => headWindow(await loadImage(header.sopInstanceUid, work, hounsfieldValues), shape));
  for (const [sliceIndex, { header }] of held.entries()) {
    if (work.isCancelled()) throw new CancelledError();
    const centre = await timed(scored, 'decodeMs', () => planeAt(sliceIndex)).catch((error: unknown) => skip(scored, error));
    if (!centre) continue;
    const [before, after] = await timed(scored, 'decodeMs', () => Promise.all([-1, 1].map((step) => neighbour(planeAt, sliceIndex + step, centre))));
    const { tensor, crop } = await timed(scored, 'preprocessMs', async () => headTensor([before ?? centre, centre, after ?? centre], shape));
    scored.images.push(await scoreOne(scored, work, header.sopInstanceUid, sliceIndex, centre, tensor, crop));
  }
  return scored;
}

async function scoreOne(scored: Scored, { session }: Work, sopInstanceUid: string, sliceIndex: number, image: GreyImage, tensor: Float32Array, crop: Square | undefined): Promise<ScoredImage> {
  const { probabilities, map } = await timed(scored, 'inferenceMs', () => session.run(tensor));
  return { sopInstanceUid, sliceIndex, image: { rows: image.rows, columns: image.columns }, crop, probabilities, map };
}

export async function loadImage(sopInstanceUid: string, { source, decode }: Work, valuesOf: typeof displayValues): Promise<GreyImage> {
  const file = await source.bytes(sopInstanceUid);
  return valuesOf(await decode(file, 0), parseFile(file));
}

/** The neighbouring slice, `undefined` past the ends, where it cannot be read, or where it has another shape. */
async function neighbour(planeAt: (index: number) => Promise<GreyImage | undefined>, index: number, centre: GreyImage): Promise<GreyImage | undefined> {
  const plane = await planeAt(index).catch(() => undefined);
  return plane?.rows === centre.rows && plane.columns === centre.columns ? plane : undefined;
}

/** Loads items a few ahead of the one asked for, and forgets those far behind, so that a long series needs little memory. */
function ahead<T, R>(items: readonly T[], loadItem: (item: T) => Promise<R>): (index: number) => Promise<R | undefined> {
  const loading = new Map<number, Promise<R>>();
  return async (index) => {
    for (let i = Math.max(0, index); i < Math.min(items.length, index + AHEAD); i++) {
      const item = items[i];
      if (item === undefined || loading.has(i)) continue;
      const promise = loadItem(item);
      // The one who asks for it sees the failure; until then it must not count as unhandled.
      promise.catch(() => undefined);
      loading.set(i, promise);
    }
    loading.delete(index - 3);
    return loading.get(index);
  };
}

export function skip(scored: Scored, error: unknown): undefined {
  if (error instanceof CancelledError) throw error;
  scored.firstReason ??= reasonOf(error);
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
