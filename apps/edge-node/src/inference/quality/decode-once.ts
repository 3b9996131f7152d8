import type { DecodedFrame } from '../../imaging/decode/frame.ts';

type Decode = (file: Uint8Array, frameIndex: number) => Promise<DecodedFrame>;

/** Frames kept for the analysis that follows; more are decoded twice. */
const MAX_KEPT = 8;

/**
 * Two views of one decoder: what `early` has decoded, `later` is given once without decoding it again. A picture looked at before
 * the analysis then costs its decoding once. Files are known by identity.
 */
export function decodeOnce(decode: Decode): { readonly early: Decode; readonly later: Decode } {
  const kept = new Map<Uint8Array, Promise<DecodedFrame>>();
  return {
    early: (file, frameIndex) => {
      const frame = decode(file, frameIndex);
      // Whoever asks again sees the failure; nobody may.
      frame.catch(() => undefined);
      if (frameIndex === 0 && kept.size < MAX_KEPT) kept.set(file, frame);
      return frame;
    },
    later: (file, frameIndex) => {
      const frame = frameIndex === 0 ? kept.get(file) : undefined;
      if (frame) kept.delete(file);
      return frame ?? decode(file, frameIndex);
    },
  };
}
