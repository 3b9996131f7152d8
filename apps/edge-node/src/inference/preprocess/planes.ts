import type { DecodedFrame } from '../../imaging/decode/frame.ts';
import type { DataSet } from '../../imaging/decode/frames.ts';
import { windowOf } from '../contract/inputs.ts';
import type { PixelInput } from '../contract/inputs.ts';
import { displayValues, luminanceValues, magnitudeValues, shownValues, unitValues } from '../study/image-values.ts';
import { windowed } from './head.ts';
import type { GreyImage } from './resample.ts';

const VALUES = { display: displayValues, modality: magnitudeValues, luminance: luminanceValues } as const;

/**
 * An image as an input's intensity contract wants it, at its own size: one plane, or one for each window. A stretch is done later.
 * Throws DecodeError, BlankImageError.
 */
export function planesOf(frame: DecodedFrame, dataSet: DataSet, { intensity }: PixelInput): readonly GreyImage[] {
  switch (intensity.kind) {
    case 'display': return [shownValues(frame, dataSet)];
    case 'stretch': return [VALUES[intensity.of](frame, dataSet)];
    case 'modality': return [unitValues(frame, dataSet)];
    case 'window': {
      const units = unitValues(frame, dataSet);
      return intensity.windows.map((window) => windowed(units, windowOf(window)));
    }
    default: return intensity satisfies never;
  }
}
