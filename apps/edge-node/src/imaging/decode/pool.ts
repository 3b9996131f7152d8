import { Worker } from 'node:worker_threads';
import type { Service } from '@readroom/shared/service';
import { DecodeError } from './frame.ts';
import type { DecodedFrame } from './frame.ts';
import type { RenderedImage, RenderOptions } from './render.ts';
import type { DecodeAnswer, DecodeJob } from './worker.ts';

/**
 * Decoding in worker threads, so that neither the DICOM listener nor the web socket waits for a codec.
 *
 *   decode/render -> queue (bounded) -> idle thread -> answer
 *                                          |  time-out or crash: that job fails, the thread is replaced
 */
export interface DecodePool extends Service {
  /** Decodes frame `frameIndex` (zero-based) of a Part 10 file. Throws DecodeError. */
  decode(file: Uint8Array, frameIndex: number): Promise<DecodedFrame>;
  /** Renders a frame for a browser. Throws DecodeError. */
  render(file: Uint8Array, options: RenderOptions): Promise<RenderedImage>;
}

export type DecodePoolOptions = { readonly threads: number; readonly maxQueued: number; readonly timeoutMs: number };

type Pending = { readonly job: DecodeJob; resolve(value: DecodedFrame | RenderedImage): void; reject(error: DecodeError): void };
type Thread = { readonly worker: Worker; pending: Pending | undefined; timer: NodeJS.Timeout | undefined };

const THREAD_HEAP_MB = 1024;

export function createDecodePool(options: DecodePoolOptions): DecodePool {
  const queue: Pending[] = [];
  const threads = new Set<Thread>();
  let running = false;

  const spawn = (): Thread => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: THREAD_HEAP_MB } });
    const thread: Thread = { worker, pending: undefined, timer: undefined };
    worker.on('message', (answer: DecodeAnswer) => settle(thread, answer));
    worker.on('error', () => replace(thread, new DecodeError('codec-crashed', 'the decoder crashed on this frame')));
    worker.on('exit', () => replace(thread, new DecodeError('codec-crashed', 'the decoder crashed on this frame')));
    worker.unref();
    threads.add(thread);
    return thread;
  };

  const release = (thread: Thread): Pending | undefined => {
    const { pending } = thread;
    clearTimeout(thread.timer);
    thread.pending = undefined;
    return pending;
  };

  const settle = (thread: Thread, answer: DecodeAnswer): void => {
    const pending = release(thread);
    thread.worker.unref();
    if (answer.ok) pending?.resolve(answer.value);
    else pending?.reject(new DecodeError(answer.code, answer.message));
    feed();
  };

  const replace = (thread: Thread, error: DecodeError): void => {
    if (!threads.delete(thread)) return;
    release(thread)?.reject(error);
    void thread.worker.terminate();
    feed();
  };

  const feed = (): void => {
    while (running && queue.length > 0) {
      const idle = [...threads].find((thread) => !thread.pending) ?? (threads.size < options.threads ? spawn() : undefined);
      const pending = idle && queue.shift();
      if (!idle || !pending) return;
      idle.pending = pending;
      idle.timer = setTimeout(() => replace(idle, new DecodeError('timeout', `decoding took longer than ${options.timeoutMs} ms`)), options.timeoutMs);
      idle.worker.ref();
      idle.worker.postMessage(pending.job);
    }
  };

  const submit = (job: DecodeJob): Promise<DecodedFrame | RenderedImage> =>
    new Promise((resolve, reject) => {
      if (!running) return reject(new DecodeError('stopped', 'the decoder is not running'));
      if (queue.length >= options.maxQueued) return reject(new DecodeError('queue-full', `${queue.length} frames already wait for a decoder; try again`));
      queue.push({ job, resolve, reject });
      feed();
    });

  return {
    name: 'decode-pool',
    start: async () => {
      running = true;
    },
    stop: async () => {
      running = false;
      const gone = new DecodeError('stopped', 'the decoder was stopped');
      for (const pending of queue.splice(0)) pending.reject(gone);
      const ending = [...threads];
      threads.clear();
      for (const thread of ending) release(thread)?.reject(gone);
      await Promise.all(ending.map((thread) => thread.worker.terminate()));
    },
    decode: async (file, frameIndex) => (await submit({ kind: 'decode', file, frameIndex })) as DecodedFrame,
    render: async (file, renderOptions) => (await submit({ kind: 'render', file, options: renderOptions })) as RenderedImage,
  };
}
