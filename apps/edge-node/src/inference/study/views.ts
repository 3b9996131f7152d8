import type { AnalysisReason } from '@readroom/shared/finding/analysis';
import type { ImageInput, Select } from '../contract/inputs.ts';
import type { Manifest } from '../manifest.ts';
import type { ImageHeader } from './header.ts';

type Held = { readonly header: ImageHeader };
export type Views<T> = { readonly kind: 'chosen'; /** One image an input that chooses, by the input's name. */ readonly images: ReadonlyMap<string, T> } | { readonly kind: 'refused'; readonly reason: AnalysisReason };

/**
 * For each input the image that has its attributes; of several the last that was taken, as a repeat replaces what was not good. An input
 * that finds none refuses the study: a model is never shown a blank in place of a view.
 */
export function chooseViews<T extends Held>(images: readonly T[], { inputs }: Manifest): Views<T> {
  const chosen = new Map<string, T>();
  for (const input of inputs) {
    if (input.kind !== 'image' || input.select === undefined) continue;
    const last = images.filter(({ header }) => fits(header, input.select ?? {})).sort(byNumber).at(-1);
    if (!last) return { kind: 'refused', reason: { code: 'view-missing', text: `No image for the model's input ${input.name}: none has ${wanted(input.select)}.`.slice(0, 300) } };
    chosen.set(input.name, last);
  }
  return { kind: 'chosen', images: chosen };
}

export const selects = (input: { readonly kind: string }): input is ImageInput & { readonly select: Select } => input.kind === 'image' && 'select' in input && input.select !== undefined;

function fits(header: ImageHeader, select: Select): boolean {
  const has = (values: readonly string[] | undefined, own: readonly string[]): boolean => values === undefined || values.some((value) => own.includes(value));
  return has(select.Modality, [header.modality]) && has(select.ViewPosition, [header.viewPosition]) && has(select.ImageLaterality, [header.laterality])
    && has(select.BodyPartExamined, [header.bodyPart]) && has(select.ImageType, header.imageType) && has(select.SeriesDescription, header.seriesDescription.split(/[^A-Z0-9]+/));
}

const byNumber = (a: Held, b: Held): number => (a.header.instanceNumber ?? 0) - (b.header.instanceNumber ?? 0) || (a.header.sopInstanceUid < b.header.sopInstanceUid ? -1 : 1);

const wanted = (select: Select): string => Object.entries(select).map(([keyword, values]) => `${keyword} ${(values ?? []).join(' or ')}`).join(' and ');
