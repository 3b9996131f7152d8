import { DecodeError, sampleCount } from './frame.ts';
import type { FrameDescription } from './frame.ts';

/**
 * RLE Lossless (PS3.5 Annex G): a 64-byte header of segment offsets, one segment a byte plane, most significant byte first.
 * Answers little-endian words, interleaved by pixel.
 */
export function decodeRle(bytes: Uint8Array, description: FrameDescription): Uint8Array {
  const planes = (description.bitsAllocated / 8) * description.samplesPerPixel;
  const offsets = segmentOffsets(bytes, planes);
  const pixels = sampleCount(description) / description.samplesPerPixel;
  const bytesPerSample = description.bitsAllocated / 8;
  const out = new Uint8Array(pixels * planes);
  for (let plane = 0; plane < planes; plane++) {
    const sample = Math.floor(plane / bytesPerSample);
    const significance = bytesPerSample - 1 - (plane % bytesPerSample);
    const segment = bytes.subarray(offsets[plane], offsets[plane + 1]);
    expandSegment(segment, out, sample * bytesPerSample + significance, planes, pixels);
  }
  return out;
}

function segmentOffsets(bytes: Uint8Array, planes: number): number[] {
  if (bytes.byteLength < 64) throw new DecodeError('malformed-pixel-data', 'the RLE header is cut short');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(0, true);
  if (count !== planes) throw new DecodeError('malformed-pixel-data', `the RLE header names ${count} segments, the pixel description asks for ${planes}`);
  const offsets = Array.from({ length: count }, (_, i) => view.getUint32(4 + i * 4, true));
  offsets.push(bytes.byteLength);
  const sound = offsets.every((offset, i) => offset >= 64 && offset <= bytes.byteLength && (i === 0 || offset >= (offsets[i - 1] ?? 0)));
  if (!sound) throw new DecodeError('malformed-pixel-data', 'the RLE segment offsets are out of order');
  return offsets;
}

/** PackBits (PS3.5 G.3.2) into every `stride`-th byte of `out`, from `start`. */
function expandSegment(segment: Uint8Array, out: Uint8Array, start: number, stride: number, pixels: number): void {
  let written = 0;
  let at = 0;
  while (written < pixels && at < segment.byteLength) {
    const control = segment[at++] ?? 128;
    if (control === 128) continue;
    const length = control < 128 ? control + 1 : 257 - control;
    const end = Math.min(pixels, written + length);
    if (control < 128) {
      if (at + (end - written) > segment.byteLength) break;
      for (let i = written; i < end; i++) out[start + i * stride] = segment[at + i - written] ?? 0;
      at += length;
    } else {
      const value = segment[at++] ?? 0;
      for (let i = written; i < end; i++) out[start + i * stride] = value;
    }
    written = end;
  }
  if (written < pixels) throw new DecodeError('malformed-pixel-data', 'an RLE segment ends before its plane is full');
}
