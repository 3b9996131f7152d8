import { shapeOf } from './contract/inputs.ts';
import type { Manifest } from './manifest.ts';

/** What goes into a graph. */
export type TensorData = { readonly dtype: 'float32' | 'uint8' | 'int64'; readonly data: Float32Array | Uint8Array | BigInt64Array; readonly dims: readonly number[] };
export type Feeds = Readonly<Record<string, TensorData>>;

/** What comes out of one, by the output's name. */
export type Answer = { readonly data: ArrayLike<number>; readonly dims: readonly number[] };
export type Answers = Readonly<Record<string, Answer>>;

/** Inputs that no image has, but of the right shapes: a slope from 0 to 1, so that a graph that divides by the image's contrast has some. */
export const slopes = (manifest: Pick<Manifest, 'inputs'>): Feeds => made(manifest, { float32: (i, length) => i / length, uint8: (i, length) => (255 * i) / length });

/** Inputs of the right shapes that hold one number everywhere. */
export const filled = (manifest: Pick<Manifest, 'inputs'>, value: number): Feeds => made(manifest, { float32: () => value, uint8: () => value });

type Values = Readonly<Record<'float32' | 'uint8', (index: number, length: number) => number>>;

function made({ inputs }: Pick<Manifest, 'inputs'>, values: Values): Feeds {
  return Object.fromEntries(inputs.flatMap((input): [string, TensorData][] => {
    if (input.kind === 'volume') return [];
    const dims = shapeOf(input);
    const length = dims.reduce((product, side) => product * side, 1);
    if (input.dtype === 'int64') return [[input.name, { dtype: 'int64', dims, data: BigInt64Array.from({ length }, (_, i) => BigInt(Math.round(values.float32(i, length)))) }]];
    if (input.dtype === 'uint8') return [[input.name, { dtype: 'uint8', dims, data: Uint8Array.from({ length }, (_, i) => values.uint8(i, length)) }]];
    return [[input.name, { dtype: 'float32', dims, data: Float32Array.from({ length }, (_, i) => values.float32(i, length)) }]];
  }));
}
