import { createRequire } from 'node:module';
import { DecodeError } from './frame.ts';
import type { FrameDescription } from './frame.ts';

/**
 * The only file that knows the WebAssembly codecs. Each is made once a thread, on first use: a fresh module costs
 * 10 to 40 ms, a decoder object next to nothing.
 */

/** What a codec answers: little-endian sample words, interleaved, and what its own header says of them. */
export type CodecResult = { readonly words: Uint8Array; readonly bits: number; readonly samples: number; readonly rows: number; readonly columns: number };

type FrameInfo = { width: number; height: number; bitsPerSample: number; componentCount: number };
type Decoder = { getEncodedBuffer(size: number): Uint8Array; getDecodedBuffer(): Uint8Array; decode(): void; getFrameInfo(): FrameInfo; delete(): void };
type DecoderModule = Record<string, new () => Decoder>;
type ModuleFactory = (options: { print: () => void; printErr: () => void }) => Promise<DecoderModule>;

type JpegContext = {
  getDecodedBuffer(): Uint8Array | undefined;
  getBitsStored(): number | undefined;
  getBitsAllocated(): number | undefined;
  getSamplesPerPixel(): number | undefined;
  getWidth(): number | undefined;
  getHeight(): number | undefined;
};
type JpegLibrary = {
  Context: new (attributes: Record<string, unknown>) => JpegContext;
  NativeCodecs: {
    initializeAsync(options: { logCodecsInfo: boolean; logCodecsTrace: boolean }): Promise<void>;
    decodeJpeg(context: JpegContext, parameters: { convertColorspaceToRgb: boolean }): JpegContext;
  };
  log: { setLevel(level: string): void };
};

const require = createRequire(import.meta.url);
const modules = new Map<string, Promise<DecoderModule>>();
// A fresh object each time: Emscripten turns the one it is given into the module itself.
const silent = () => ({ print: () => undefined, printErr: () => undefined });

function moduleOf(path: string): Promise<DecoderModule> {
  const made = modules.get(path) ?? (require(path) as ModuleFactory)(silent());
  modules.set(path, made);
  return made;
}

async function decodeWith(path: string, decoderName: string, bytes: Uint8Array): Promise<CodecResult> {
  const library = await moduleOf(path);
  const make = library[decoderName];
  if (!make) throw new DecodeError('codec-crashed', `the codec ${decoderName} is not in its package`);
  const decoder = new make();
  try {
    decoder.getEncodedBuffer(bytes.byteLength).set(bytes);
    decoder.decode();
    const info = decoder.getFrameInfo();
    // The buffer is a view of the module's heap, which the next decode overwrites.
    const words = Uint8Array.from(decoder.getDecodedBuffer());
    return { words, bits: info.bitsPerSample, samples: info.componentCount, rows: info.height, columns: info.width };
  } catch (cause) {
    // These modules throw numbers (a C++ exception's address) and strings as readily as errors.
    throw new DecodeError('malformed-pixel-data', `the compressed frame cannot be decoded (${decoderName})`, cause);
  } finally {
    decoder.delete();
  }
}

export const decodeJpegLs = (bytes: Uint8Array): Promise<CodecResult> =>
  decodeWith('@cornerstonejs/codec-charls/decodewasmjs', 'JpegLSDecoder', bytes);

export const decodeJpeg2000 = (bytes: Uint8Array): Promise<CodecResult> =>
  decodeWith('@cornerstonejs/codec-openjpeg/decodewasmjs', 'J2KDecoder', bytes);

export const decodeHtJpeg2000 = (bytes: Uint8Array): Promise<CodecResult> =>
  decodeWith('@cornerstonejs/codec-openjph/wasmjs', 'HTJ2KDecoder', bytes);

let jpegLibrary: Promise<JpegLibrary> | undefined;

async function loadJpegLibrary(): Promise<JpegLibrary> {
  const library = require('dcmjs-codecs') as JpegLibrary;
  library.log.setLevel('silent');
  await library.NativeCodecs.initializeAsync({ logCodecsInfo: false, logCodecsTrace: false });
  return library;
}

/** JPEG baseline (8 bit) and lossless (any predictor). `toRgb` undoes YCbCr; a frame stored as RGB must be left alone. */
export async function decodeJpeg(bytes: Uint8Array, description: FrameDescription, toRgb: boolean): Promise<CodecResult> {
  jpegLibrary ??= loadJpegLibrary();
  const { Context, NativeCodecs } = await jpegLibrary;
  const context = new Context({
    width: description.columns, height: description.rows, bitsAllocated: description.bitsAllocated, bitsStored: description.bitsStored,
    samplesPerPixel: description.samplesPerPixel, pixelRepresentation: description.pixelRepresentation,
    planarConfiguration: description.planarConfiguration, photometricInterpretation: description.photometricInterpretation, encodedBuffer: bytes,
  });
  try {
    const decoded = NativeCodecs.decodeJpeg(context, { convertColorspaceToRgb: toRgb });
    const words = decoded.getDecodedBuffer();
    if (!words) throw new Error('no pixels');
    return {
      words, bits: decoded.getBitsStored() ?? description.bitsStored, samples: decoded.getSamplesPerPixel() ?? description.samplesPerPixel,
      rows: decoded.getHeight() ?? description.rows, columns: decoded.getWidth() ?? description.columns,
    };
  } catch (cause) {
    throw new DecodeError('malformed-pixel-data', 'the compressed frame cannot be decoded (JPEG)', cause);
  }
}
