import sharp from 'sharp';
import { DecodeError } from './decode/frame.ts';

/** A picture file in 8-bit grey, row-major. */
export type Picture = { readonly rows: number; readonly columns: number; readonly pixels: Uint8Array };

/** No picture of one radiograph or slice is larger; a small file can claim any size. */
const MAX_PIXELS = 64 * 1024 * 1024;

/** Decodes a JPEG or PNG; colour becomes luminance. Throws DecodeError. */
export async function readPicture(file: Uint8Array): Promise<Picture> {
  try {
    const { data, info } = await sharp(file, { limitInputPixels: MAX_PIXELS }).greyscale().raw().toBuffer({ resolveWithObject: true });
    return { rows: info.height, columns: info.width, pixels: new Uint8Array(data) };
  } catch (cause) {
    throw new DecodeError('malformed-pixel-data', 'the file is not readable as a picture (JPEG, PNG)', cause);
  }
}
