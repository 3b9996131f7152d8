import { parentPort } from 'node:worker_threads';
import { decodeFrame } from './decode-frame.ts';
import { DecodeError } from './frame.ts';
import type { DecodeCode, DecodedFrame } from './frame.ts';
import { openImage } from './frames.ts';
import { renderFrame } from './render.ts';
import type { RenderedImage, RenderOptions } from './render.ts';

/** The thread's half of the pool's conversation: one job at a time, one answer a job. */
export type DecodeJob =
  | { readonly kind: 'decode'; readonly file: Uint8Array; readonly frameIndex: number }
  | { readonly kind: 'render'; readonly file: Uint8Array; readonly options: RenderOptions };
export type DecodeAnswer =
  | { readonly ok: true; readonly value: DecodedFrame | RenderedImage }
  | { readonly ok: false; readonly code: DecodeCode; readonly message: string };

async function perform(job: DecodeJob): Promise<DecodedFrame | RenderedImage> {
  if (job.kind === 'render') return renderFrame(job.file, job.options);
  const image = openImage(job.file);
  return decodeFrame(image.frameBytes(job.frameIndex), image.description);
}

parentPort?.on('message', (job: DecodeJob) => {
  perform(job).then(
    (value) => parentPort?.postMessage({ ok: true, value } satisfies DecodeAnswer, [bufferOf(value)]),
    (error: unknown) => parentPort?.postMessage(refusal(error)),
  );
});

function bufferOf(value: DecodedFrame | RenderedImage): ArrayBuffer {
  return ('pixels' in value ? value.pixels.buffer : value.bytes.buffer) as ArrayBuffer;
}

function refusal(error: unknown): DecodeAnswer {
  if (error instanceof DecodeError) return { ok: false, code: error.code, message: error.message };
  return { ok: false, code: 'codec-crashed', message: 'the decoder failed on this frame' };
}
