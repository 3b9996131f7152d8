import { inDisplayOrder } from '@readroom/shared/study/display-order';
import type { ImageHeader } from './header.ts';

/** The slices as the viewer orders them, so that slice 8 of a finding is image 8 of the series on the screen. */
export function sortSlices<T extends { readonly header: ImageHeader }>(slices: readonly T[]): T[] {
  return inDisplayOrder(slices.map((slice) => ({ ...slice.header, slice }))).map(({ slice }) => slice);
}
