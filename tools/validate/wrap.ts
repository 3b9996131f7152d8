import { readPicture } from '../../apps/edge-node/src/imaging/picture.ts';
import { windowOf } from '../../apps/edge-node/src/inference/contract/inputs.ts';
import { pixelInputsOf } from '../../apps/edge-node/src/inference/manifest.ts';
import type { Manifest } from '../../apps/edge-node/src/inference/manifest.ts';
import { writeFile } from '../phantom/dicom/writer.ts';
import type { Attribute } from '../phantom/dicom/writer.ts';

/** Where a picture stands: its object, its series and its place in the stack (0-based). */
export type Place = { readonly sopInstanceUid: string; readonly seriesUid: string; readonly position: number };

const STORAGE: Readonly<Record<string, string>> = {
  CR: '1.2.840.10008.5.1.4.1.1.1', DX: '1.2.840.10008.5.1.4.1.1.1.1', CT: '1.2.840.10008.5.1.4.1.1.2', MR: '1.2.840.10008.5.1.4.1.1.4', US: '1.2.840.10008.5.1.4.1.1.6.1',
};
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';
/** Not known from a picture; only the order of slices is taken from it. */
const SLICE_STEP_MM = 5;

/**
 * A picture as the DICOM object the model's contract describes: its first modality and body part, 8-bit MONOCHROME2. Where the
 * contract is in Hounsfield units the picture's grey is taken to be the model's own window, as the training data was.
 * Throws DecodeError.
 */
export async function pictureAsDicom(file: Uint8Array, manifest: Manifest, place: Place): Promise<Uint8Array> {
  const { rows, columns, pixels } = await readPicture(file);
  const { routing } = manifest;
  const modality = routing.modalities[0] ?? 'OT';
  const sopClass = STORAGE[modality] ?? SECONDARY_CAPTURE;
  const attributes: Attribute[] = [
    { tag: '00080016', vr: 'UI', value: sopClass }, { tag: '00080018', vr: 'UI', value: place.sopInstanceUid }, { tag: '00080060', vr: 'CS', value: modality },
    { tag: '00180015', vr: 'CS', value: routing.bodyParts[0] ?? '' }, { tag: '0020000d', vr: 'UI', value: `${place.seriesUid}.1` }, { tag: '0020000e', vr: 'UI', value: place.seriesUid },
    { tag: '00200013', vr: 'IS', value: String(place.position + 1) },
    { tag: '00280002', vr: 'US', value: [1] }, { tag: '00280004', vr: 'CS', value: 'MONOCHROME2' }, { tag: '00280010', vr: 'US', value: [rows] },
    { tag: '00280011', vr: 'US', value: [columns] }, { tag: '00280100', vr: 'US', value: [8] }, { tag: '00280101', vr: 'US', value: [8] },
    { tag: '00280102', vr: 'US', value: [7] }, { tag: '00280103', vr: 'US', value: [0] }, { tag: '7fe00010', vr: 'OB', value: pixels },
  ];
  const [window] = pixelInputsOf(manifest).flatMap(({ intensity }) => (intensity.kind === 'window' ? intensity.windows : []));
  if (window !== undefined) attributes.push(...sliceAttributes(windowOf(window), place.position));
  return new Uint8Array(writeFile(sopClass, place.sopInstanceUid, attributes, 'ISO_IR 100'));
}

function sliceAttributes({ center, width }: { readonly center: number; readonly width: number }, position: number): Attribute[] {
  return [
    { tag: '00200032', vr: 'DS', value: `0\\0\\${position * SLICE_STEP_MM}` }, { tag: '00200037', vr: 'DS', value: '1\\0\\0\\0\\1\\0' },
    { tag: '00281050', vr: 'DS', value: String(center) }, { tag: '00281051', vr: 'DS', value: String(width) },
    { tag: '00281052', vr: 'DS', value: String(center - width / 2) }, { tag: '00281053', vr: 'DS', value: (width / 255).toFixed(12) },
  ];
}
