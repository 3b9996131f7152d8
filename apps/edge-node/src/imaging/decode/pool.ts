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

const CRASHED = 'the decoder crashed on this frame';

export function createDecodePool(options: DecodePoolOptions): DecodePool {
  return new ThreadPool(options);
}

class ThreadPool implements DecodePool {
  readonly name = 'decode-pool';
  readonly #options: DecodePoolOptions;
  readonly #queue: Pending[] = [];
  readonly #threads = new Set<Thread>();
  #running = false;

  constructor(options: DecodePoolOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#running = true;
  }

  async stop(): Promise<void> {
    this.#running = false;
    const gone = new DecodeError('stopped', 'the decoder was stopped');
    for (const pending of this.#queue.splice(0)) pending.reject(gone);
    const ending = [...this.#threads];
    this.#threads.clear();
    for (const thread of ending) release(thread)?.reject(gone);
    await Promise.all(ending.map((thread) => thread.worker.terminate()));
  }

  async decode(file: Uint8Array, frameIndex: number): Promise<DecodedFrame> {
    return (await this.#submit({ kind: 'decode', file, frameIndex })) as DecodedFrame;
  }

  async render(file: Uint8Array, options: RenderOptions): Promise<RenderedImage> {
    return (await this.#submit({ kind: 'render', file, options })) as RenderedImage;
  }

  #submit(job: DecodeJob): Promise<DecodedFrame | RenderedImage> {
    return new Promise((resolve, reject) => {
      if (!this.#running) return reject(new DecodeError('stopped', 'the decoder is not running'));
      if (this.#queue.length >= this.#options.maxQueued) return reject(new DecodeError('queue-full', `${this.#queue.length} frames already wait for a decoder; try again`));
      this.#queue.push({ job, resolve, reject });
      this.#feed();
    });
  }

  #feed(): void {
    while (this.#running && this.#queue.length > 0) {
      const idle = [...this.#threads].find((thread) => !thread.pending) ?? this.#spawn();
      const pending = idle && this.#queue.shift();
      if (!idle || !pending) return;
      idle.pending = pending;
      const { timeoutMs } = this.#options;
      idle.timer = setTimeout(() => this.#replace(idle, new DecodeError('timeout', `decoding took longer than ${timeoutMs} ms`)), timeoutMs);
      // An idle thread must not keep the process alive, a busy one must.
      idle.worker.ref();
      idle.worker.postMessage(pending.job);
    }
  }

  #spawn(): Thread | undefined {
    if (this.#threads.size >= this.#options.threads) return undefined;
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: THREAD_HEAP_MB } });
    const thread: Thread = { worker, pending: undefined, timer: undefined };
    worker.on('message', (answer: DecodeAnswer) => this.#settle(thread, answer));
    worker.on('error', () => this.#replace(thread, new DecodeError('codec-crashed', CRASHED)));
    worker.on('exit', () => this.#replace(thread, new DecodeError('codec-crashed', CRASHED)));
    this.#threads.add(thread);
    return thread;
  }

  #settle(thread: Thread, answer: DecodeAnswer): void {
    const pending = release(thread);
    thread.worker.unref();
    if (answer.ok) pending?.resolve(answer.value);
    else pending?.reject(new DecodeError(answer.code, answer.message));
    this.#feed();
  }

  #replace(thread: Thread, error: DecodeError): void {
    if (!this.#threads.delete(thread)) return;
    release(thread)?.reject(error);
    void thread.worker.terminate();
    this.#feed();
  }
}

function release(thread: Thread): Pending | undefined {
  const { pending } = thread;
  clearTimeout(thread.timer);
  thread.pending = undefined;
  return pending;
}
