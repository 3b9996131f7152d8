import { DecodeError } from '../../imaging/decode/frame.ts';
import type { DecodedFrame } from '../../imaging/decode/frame.ts';
import type { DataSet } from '../../imaging/decode/frames.ts';
import { applyModality, applyVoi, readModality, readVoi } from '../../imaging/decode/grayscale.ts';
import type { GreyImage } from '../preprocess/resample.ts';
import { percentileStretch } from '../preprocess/stretch.ts';

/** Display values of a radiograph, bright = dense: modality, VOI, and MONOCHROME1 turned round (PS3.3 C.7.6.3.1.2). */
export function displayValues(frame: DecodedFrame, dataSet: DataSet): GreyImage {
  const values = applyVoi(modalityValues(frame, dataSet), readVoi(dataSet));
  if (frame.photometricInterpretation === 'MONOCHROME1') {
    for (let i = 0; i < values.length; i++) values[i] = -(values[i] ?? 0);
  }
  return { rows: frame.rows, columns: frame.columns, values };
}

/** Display values 0 to 1: as the window or VOI LUT of the file shows them, or from its least to its greatest value where it has none. Throws BlankImageError. */
export function shownValues(frame: DecodedFrame, dataSet: DataSet): GreyImage {
  const image = displayValues(frame, dataSet);
  if (readVoi(dataSet).kind === 'none') return { ...image, values: percentileStretch(new Float64Array(image.values), 0, 1) };
  const turned = frame.photometricInterpretation === 'MONOCHROME1' ? 1 : 0;
  return { ...image, values: image.values.map((value) => value + turned) };
}

/** Units of the modality as they are: Hounsfield units of a CT slice. */
export function unitValues(frame: DecodedFrame, dataSet: DataSet): GreyImage {
  return { rows: frame.rows, columns: frame.columns, values: modalityValues(frame, dataSet) };
}

/** Magnitude of an MR slice, bright = strong signal, whatever window it was sent with. */
export function magnitudeValues(frame: DecodedFrame, dataSet: DataSet): GreyImage {
  const values = modalityValues(frame, dataSet);
  if (frame.photometricInterpretation === 'MONOCHROME1') {
    for (let i = 0; i < values.length; i++) values[i] = -(values[i] ?? 0);
  }
  return { rows: frame.rows, columns: frame.columns, values };
}

/** Channels further apart than this, of 255, are a colour: a Doppler box or a coloured caliper, not tissue. */
const COLOURED = 40;

/** Display values of an ultrasound still. Of a colour image the luminance (ITU-R BT.601); coloured pixels become black. */
export function luminanceValues(frame: DecodedFrame, dataSet: DataSet): GreyImage {
  if (frame.samplesPerPixel !== 3 || !COLOUR_SPACES.includes(frame.photometricInterpretation)) return displayValues(frame, dataSet);
  const values = new Float32Array(frame.rows * frame.columns);
  const isRgb = frame.photometricInterpretation === 'RGB';
  for (let i = 0; i < values.length; i++) {
    const [a, b, c] = [frame.pixels[3 * i] ?? 0, frame.pixels[3 * i + 1] ?? 0, frame.pixels[3 * i + 2] ?? 0];
    const spread = isRgb ? Math.max(a, b, c) - Math.min(a, b, c) : Math.max(Math.abs(b - 128), Math.abs(c - 128));
    if (spread <= COLOURED) values[i] = isRgb ? 0.299 * a + 0.587 * b + 0.114 * c : a;
  }
  return { rows: frame.rows, columns: frame.columns, values };
}

const COLOUR_SPACES: readonly string[] = ['RGB', 'YBR_FULL'];

function modalityValues(frame: DecodedFrame, dataSet: DataSet): Float32Array {
  if (!frame.photometricInterpretation.startsWith('MONOCHROME') || frame.samplesPerPixel !== 1) {
    throw new DecodeError('unsupported-pixel-format', 'the model reads greyscale images only');
  }
  return applyModality(frame.pixels, readModality(dataSet));
}
