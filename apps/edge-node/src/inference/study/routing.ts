import type { AnalysisReason } from '@readroom/shared/finding/analysis';
import { normalOf } from '@readroom/shared/study/display-order';
import type { ImageHeader } from './header.ts';
import { isSeries, markedInput, pixelInputsOf, readsViews, volumeInputOf } from '../manifest.ts';
import type { Manifest } from '../manifest.ts';
import { scalarRefusal } from './scalars.ts';
import { chooseViews } from './views.ts';

/** More slices than any head series has; past it the series is refused instead of filling the memory. */
const MAX_SLICES = 1024;
/** A series counts as axial when its normal is within 45 degrees of the body's long axis. */
const AXIAL_COSINE = Math.SQRT1_2;
const BONE_KERNEL = /BONE|SHARP|EDGE|^[BH]R?[67]\d/;
/** The training slices were about 5 mm thick. */
const PREFERRED_THICKNESS_MM = 5;

export type Routed<T> =
  | { readonly kind: 'accepted'; readonly slices: readonly T[]; /** Further series, or further images of the views, that are not read. */ readonly others: number }
  | { readonly kind: 'refused'; readonly reason: AnalysisReason }
  | { readonly kind: 'not-applicable' };

type Held = { readonly header: ImageHeader };

/**
 * Which images of a study a model may see. A study without the model's modality is not the model's business; one with it
 * but with no image the model was made for is refused with the reason of the first image that failed, never guessed at.
 */
export function route<T extends Held>(images: readonly T[], manifest: Manifest): Routed<T> {
  const own = images.filter(({ header }) => manifest.routing.modalities.includes(header.modality) && !header.imageType.includes('LOCALIZER'));
  if (own.length === 0) return { kind: 'not-applicable' };
  const judged = own.map((image) => ({ image, reason: refusal(image.header, manifest) }));
  const fit = judged.filter(({ reason }) => !reason).map(({ image }) => image);
  const [firstReason] = judged.flatMap(({ reason }) => reason ?? []);
  if (fit.length === 0 && firstReason) return { kind: 'refused', reason: firstReason };
  if (readsViews(manifest)) {
    const views = chooseViews(fit, manifest);
    if (views.kind === 'refused') return views;
    const marked = views.images.get(markedInput(manifest).name);
    const reason = marked && scalarRefusal(marked.header, manifest);
    if (reason) return { kind: 'refused', reason };
    const chosen = [...new Set(views.images.values())];
    return { kind: 'accepted', slices: chosen, others: fit.length - chosen.length };
  }
  if (!isSeries(manifest)) return { kind: 'accepted', slices: fit, others: 0 };
  // A volume is measured: the finer its slices the better. Slices one by one are best as thick as training saw them.
  return chooseSeries(fit, volumeInputOf(manifest)?.spacingMm[0] ?? PREFERRED_THICKNESS_MM);
}

function refusal(header: ImageHeader, manifest: Manifest): AnalysisReason | undefined {
  const { routing } = manifest;
  const readsColour = pixelInputsOf(manifest).every(({ intensity }) => intensity.kind === 'stretch' && intensity.of === 'luminance');
  if (header.samplesPerPixel !== 1 && (volumeInputOf(manifest) || !readsColour)) return { code: 'colour-image', text: 'Colour image: the model reads greyscale images only.' };
  if (header.frames > 1) return { code: 'multi-frame', text: 'Multi-frame image: the model reads single-frame images only.' };
  const bodyPart = bodyPartRefusal(header, routing.bodyParts);
  if (bodyPart) return bodyPart;
  if (routing.refusedViews.includes(header.viewPosition)) return { code: 'view-not-supported', text: `View ${header.viewPosition}: the model was trained on other views.` };
  const type = routing.refusedImageTypes.find((refused) => header.imageType.includes(refused));
  if (type !== undefined) return { code: 'image-type', text: `Image type ${type}: the model was trained on other images.` };
  if (routing.refuseContrast && header.contrast) return { code: 'contrast-agent', text: 'Contrast agent was given: the model was trained on scans without it.' };
  if (routing.axialOnly && header.orientation && cosineToAxis(header.orientation) < AXIAL_COSINE) {
    return { code: 'not-axial', text: 'The slices are not axial.' };
  }
  if (header.modality === 'CT' && readsUnits(manifest) && !header.hasRescale) return { code: 'missing-attribute', text: 'RescaleSlope or RescaleIntercept is missing: Hounsfield units cannot be computed.' };
  return readsViews(manifest) ? undefined : scalarRefusal(header, manifest);
}

/** Whether the model reads units of the modality, Hounsfield units of a CT. */
function readsUnits(manifest: Manifest): boolean {
  return volumeInputOf(manifest)?.values.kind === 'window' || pixelInputsOf(manifest).some(({ intensity }) => intensity.kind === 'window' || intensity.kind === 'modality');
}

/** How far the slices' normal points along the patient's long axis: 1 when they are axial. */
function cosineToAxis(orientation: NonNullable<ImageHeader['orientation']>): number {
  const normal = normalOf(orientation);
  return Math.abs(normal[2]) / (Math.hypot(...normal) || 1);
}

/** Why a picture is of another body part; undefined where it is of one of these. */
export function bodyPartRefusal(header: ImageHeader, accepted: readonly string[]): AnalysisReason | undefined {
  const wanted = accepted[0] ?? '';
  if (header.bodyPart !== '') {
    if (accepted.includes(header.bodyPart)) return undefined;
    return { code: 'body-part', text: `Body part is ${header.bodyPart.slice(0, 32)}: the model was made for ${wanted}.` };
  }
  const words = header.descriptions.split(/[^A-Z]+/);
  if (accepted.some((part) => words.includes(part))) return undefined;
  return { code: 'body-part-unknown', text: `No body part is given and no description names ${wanted}.` };
}

/** One series of a study: soft-tissue kernel before bone, then the thickness training saw, then the longest. */
function chooseSeries<T extends Held>(fit: readonly T[], preferredMm: number): Routed<T> {
  const series = [...Map.groupBy(fit, ({ header }) => header.seriesUid).values()];
  const merit = (slices: readonly T[]): [number, number, number] => {
    const header = slices[0]?.header;
    const thickness = Math.abs((header?.sliceThicknessMm ?? preferredMm) - preferredMm);
    return [Number(BONE_KERNEL.test(header?.kernel ?? '')), thickness, -slices.length];
  };
  const [best] = series.map((slices) => ({ slices, merit: merit(slices) }))
    .sort((a, b) => a.merit[0] - b.merit[0] || a.merit[1] - b.merit[1] || a.merit[2] - b.merit[2]);
  if (!best) return { kind: 'not-applicable' };
  if (best.slices.length > MAX_SLICES) return { kind: 'refused', reason: { code: 'too-many-slices', text: `${best.slices.length} slices: at most ${MAX_SLICES} are analysed.` } };
  return { kind: 'accepted', slices: best.slices, others: series.length - 1 };
}
