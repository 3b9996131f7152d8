import sharp from 'sharp';
import type { DataSet } from 'dicom-parser';
import { decodeFrame } from './decode-frame.ts';
import { DecodeError } from './frame.ts';
import type { DecodedFrame } from './frame.ts';
import { openImage } from './frames.ts';
import { applyModality, applyVoi, readModality, readVoi } from './grayscale.ts';
import { readPaletteChannel } from './lut.ts';

export type RenderOptions = {
  /** zero-based */
  readonly frameIndex: number;
  readonly format: 'jpeg' | 'png';
  /** Longest side of the answer in pixels; a smaller image is not enlarged. */
  readonly maxSize: number;
};
export type RenderedImage = { readonly bytes: Uint8Array; readonly contentType: 'image/jpeg' | 'image/png'; readonly width: number; readonly height: number };

/** A frame as a person sees it: modality, VOI and presentation applied (PS3.4 N.2), 8 bits a sample. */
export async function renderFrame(file: Uint8Array, options: RenderOptions): Promise<RenderedImage> {
  const image = openImage(file);
  const frame = await decodeFrame(image.frameBytes(options.frameIndex), image.description);
  const channels = displayed(frame, image.dataSet);
  const count = channels.length === frame.rows * frame.columns ? 1 : 3;
  const picture = sharp(channels, { raw: { width: frame.columns, height: frame.rows, channels: count } })
    .resize({ width: options.maxSize, height: options.maxSize, fit: 'inside', withoutEnlargement: true });
  const encoded = options.format === 'png' ? picture.png({ compressionLevel: 6 }) : picture.jpeg({ quality: 90 });
  const { data, info } = await encoded.toBuffer({ resolveWithObject: true });
  return { bytes: new Uint8Array(data), contentType: `image/${options.format}`, width: info.width, height: info.height };
}

function displayed(frame: DecodedFrame, dataSet: DataSet): Uint8Array {
  switch (frame.photometricInterpretation) {
    case 'MONOCHROME1':
    case 'MONOCHROME2': return displayedGrey(frame, dataSet);
    case 'PALETTE COLOR': return displayedPalette(frame, dataSet);
    case 'RGB': return eightBits(frame);
    case 'YBR_FULL': return ybrToRgb(eightBits(frame));
    default: throw new DecodeError('unsupported-pixel-format', `PhotometricInterpretation ${frame.photometricInterpretation} is not rendered`);
  }
}

/** Without a window or LUT the frame's own range is shown. */
function displayedGrey(frame: DecodedFrame, dataSet: DataSet): Uint8Array {
  const voi = readVoi(dataSet);
  const grey = applyVoi(applyModality(frame.pixels, readModality(dataSet)), voi);
  const [low, high] = voi.kind === 'none' ? range(grey) : [0, 1];
  const scale = high > low ? 255 / (high - low) : 0;
  const inverted = frame.photometricInterpretation === 'MONOCHROME1';
  const out = new Uint8Array(grey.length);
  for (let i = 0; i < grey.length; i++) {
    const level = Math.round(((grey[i] ?? 0) - low) * scale);
    out[i] = inverted ? 255 - level : level;
  }
  return out;
}

function range(values: Float32Array): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

function displayedPalette(frame: DecodedFrame, dataSet: DataSet): Uint8Array {
  const channels = (['1', '2', '3'] as const).map((n) => readPaletteChannel(dataSet, `x0028110${n}`, `x0028120${n}`));
  const out = new Uint8Array(frame.pixels.length * 3);
  channels.forEach(({ entries, first, bits }, channel) => {
    const shift = bits > 8 ? 8 : 0;
    for (let i = 0; i < frame.pixels.length; i++) {
      const index = Math.min(entries.length - 1, Math.max(0, (frame.pixels[i] ?? 0) - first));
      out[i * 3 + channel] = (entries[index] ?? 0) >> shift;
    }
  });
  return out;
}

function eightBits(frame: DecodedFrame): Uint8Array {
  if (frame.pixels instanceof Uint8Array) return frame.pixels;
  if (frame.pixels instanceof Uint16Array) return Uint8Array.from(frame.pixels, (value) => value >> 8);
  throw new DecodeError('unsupported-pixel-format', 'signed or 32-bit colour is not rendered');
}

/** PS3.3 C.7.6.3.1.2, full range. */
function ybrToRgb(ybr: Uint8Array): Uint8Array {
  const out = new Uint8ClampedArray(ybr.length);
  for (let i = 0; i < ybr.length; i += 3) {
    const [y, cb, cr] = [ybr[i] ?? 0, (ybr[i + 1] ?? 0) - 128, (ybr[i + 2] ?? 0) - 128];
    out[i] = y + 1.402 * cr;
    out[i + 1] = y - 0.344136 * cb - 0.714136 * cr;
    out[i + 2] = y + 1.772 * cb;
  }
  return new Uint8Array(out.buffer);
}
