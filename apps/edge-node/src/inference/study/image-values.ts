import { DecodeError } from '../../imaging/decode/frame.ts';
import type { DecodedFrame } from '../../imaging/decode/frame.ts';
import type { DataSet } from '../../imaging/decode/frames.ts';
import { applyModality, applyVoi, readModality, readVoi } from '../../imaging/decode/grayscale.ts';
import type { GreyImage } from '../preprocess/resample.ts';

/** Display values of a radiograph, bright = dense: modality, VOI, and MONOCHROME1 turned round (PS3.3 C.7.6.3.1.2). */
export function displayValues(frame: DecodedFrame, dataSet: DataSet): GreyImage {
  const values = applyVoi(modalityValues(frame, dataSet), readVoi(dataSet));
  if (frame.photometricInterpretation === 'MONOCHROME1') {
    for (let i = 0; i < values.length; i++) values[i] = -(values[i] ?? 0);
  }
  return { rows: frame.rows, columns: frame.columns, values };
}

/** Hounsfield units of a CT slice. */
export function hounsfieldValues(frame: DecodedFrame, dataSet: DataSet): GreyImage {
  return { rows: frame.rows, columns: frame.columns, values: modalityValues(frame, dataSet) };
}

function modalityValues(frame: DecodedFrame, dataSet: DataSet): Float32Array {
  if (!frame.photometricInterpretation.startsWith('MONOCHROME') || frame.samplesPerPixel !== 1) {
    throw new DecodeError('unsupported-pixel-format', 'the model reads greyscale images only');
  }
  return applyModality(frame.pixels, readModality(dataSet));
}
