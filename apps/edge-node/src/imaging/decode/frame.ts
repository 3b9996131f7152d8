/** What a frame is (Image Pixel module, PS3.3 C.7.6.3) and what decoding it can answer. */

export type FrameDescription = {
  readonly transferSyntaxUid: string;
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  /** 0 unsigned, 1 two's complement */
  readonly pixelRepresentation: number;
  /** 0 interleaved (RGBRGB), 1 planar (RR GG BB); 0 where the attribute is absent */
  readonly planarConfiguration: number;
  readonly photometricInterpretation: string;
};

export type PixelArray = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array;

/** Pixels are row-major and interleaved whatever the file's PlanarConfiguration; colour is RGB, YBR_FULL or PALETTE COLOR. */
export type DecodedFrame = {
  readonly pixels: PixelArray;
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly photometricInterpretation: string;
};

export type DecodeCode =
  | 'unsupported-transfer-syntax'
  | 'unsupported-pixel-format'
  | 'malformed-pixel-data'
  | 'missing-attribute'
  | 'no-pixel-data'
  | 'not-dicom'
  | 'codec-crashed'
  | 'timeout'
  | 'queue-full'
  | 'stopped';

/** A refusal with a code the caller can act on. The text never carries an attribute's value that could name a patient. */
export class DecodeError extends Error {
  readonly code: DecodeCode;

  constructor(code: DecodeCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'DecodeError';
    this.code = code;
  }
}

/** Samples in one frame, refusing sizes no image has (memory is asked for before a codec is). */
export function sampleCount(description: FrameDescription): number {
  const { rows, columns, samplesPerPixel } = description;
  const count = rows * columns * samplesPerPixel;
  if (rows < 1 || columns < 1 || count > MAX_SAMPLES) {
    throw new DecodeError('unsupported-pixel-format', `a frame of ${rows} x ${columns} x ${samplesPerPixel} samples is outside what is decoded`);
  }
  return count;
}

/** 256 M samples: the largest mammography and whole-leg images have 50 M. */
const MAX_SAMPLES = 256 * 1024 * 1024;
