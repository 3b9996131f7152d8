import { renderFrame } from '../../apps/edge-node/src/imaging/decode/render.ts';
import type { Manifest } from '../../apps/edge-node/src/inference/manifest.ts';
import type { ScoredCase } from './score.ts';

/** A case the model got wrong by most. */
export type Miss = { readonly file: string; readonly code: string; readonly kind: 'missed' | 'false-alarm'; readonly confidence: number; readonly threshold: number };
export type PicturedMiss = Miss & { /** JPEG; null where it cannot be shown. */ readonly jpeg: Uint8Array | null };

const MOST_OF_A_KIND = 8;
const PICTURE_SIZE = 256;

/** For each label the positives with the least and the negatives with the greatest confidence, on the wrong side of the threshold. */
export async function worstMisses(cases: readonly ScoredCase[], { labels }: Manifest, pictures: boolean): Promise<PicturedMiss[]> {
  const misses: PicturedMiss[] = [];
  for (const { code, threshold } of labels) {
    const scored = cases.map((item) => ({ item, confidence: item.scores.get(code) ?? 0, positive: item.case.truth.codes.has(code) }));
    const missed = scored.filter(({ positive, confidence }) => positive && confidence < threshold).sort((a, b) => a.confidence - b.confidence);
    const alarms = scored.filter(({ positive, confidence }) => !positive && confidence >= threshold).sort((a, b) => b.confidence - a.confidence);
    for (const { item, confidence, positive } of [...missed.slice(0, MOST_OF_A_KIND), ...alarms.slice(0, MOST_OF_A_KIND)]) {
      misses.push({ file: item.case.file, code, kind: positive ? 'missed' : 'false-alarm', confidence, threshold, jpeg: pictures ? await picture(item) : null });
    }
  }
  return misses;
}

async function picture(item: ScoredCase): Promise<Uint8Array | null> {
  try {
    return (await renderFrame(await item.image.read(), { frameIndex: 0, format: 'jpeg', maxSize: PICTURE_SIZE })).bytes;
  } catch {
    return null;
  }
}
