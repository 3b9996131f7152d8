import { readHeader } from './header.ts';
import type { ImageHeader } from './header.ts';
import { CancelledError } from './study-input.ts';
import type { StudyInput } from './study-input.ts';

export type HeldImage = { readonly header: ImageHeader };
export type ImageSource = {
  readonly images: readonly HeldImage[];
  /** Images that could not be read or parsed at all. */
  readonly unreadable: number;
  bytes(sopInstanceUid: string): Promise<Uint8Array>;
};

/** Files are kept between the header pass and the pixel pass up to this much; past it they are read a second time. */
const MAX_KEPT_BYTES = 256 * 1024 * 1024;

/** Reads the headers of a study's images of the given modalities. Throws CancelledError. */
export async function openImages(study: StudyInput, modalities: ReadonlySet<string>, isCancelled: () => boolean): Promise<ImageSource> {
  const kept = new Map<string, Uint8Array>();
  const images: HeldImage[] = [];
  let [keptBytes, unreadable] = [0, 0];
  for (const { sopInstanceUid, modality } of study.images) {
    if (isCancelled()) throw new CancelledError();
    if (!modalities.has(modality)) continue;
    try {
      const file = await study.read(sopInstanceUid);
      images.push({ header: { ...readHeader(file), sopInstanceUid } });
      if (keptBytes + file.byteLength > MAX_KEPT_BYTES) continue;
      kept.set(sopInstanceUid, file);
      keptBytes += file.byteLength;
    } catch {
      unreadable += 1;
    }
  }
  return { images, unreadable, bytes: async (sopInstanceUid) => kept.get(sopInstanceUid) ?? study.read(sopInstanceUid) };
}
