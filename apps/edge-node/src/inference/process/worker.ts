import { basename, dirname } from 'node:path';
import { createDecodePool } from '../../imaging/decode/pool.ts';
import { loadModels } from '../models.ts';
import type { LoadedModel, RefusedModel } from '../models.ts';
import { analyseStudy } from '../pipeline.ts';
import { openQuality } from '../quality/open-quality.ts';
import type { RunningModel } from '../pipeline.ts';
import { openSession, tryRun } from '../session.ts';
import { CancelledError } from '../study/study-input.ts';
import type { FromWorker, ToWorker, WorkerSettings } from './protocol.ts';

/** The inference process: `session.run` blocks the event loop it runs on, so it has a process of its own. */
const settings = JSON.parse(process.argv[2] ?? '{}') as WorkerSettings;
const files = new Map<number, (bytes: Uint8Array | null) => void>();
const cancelled = new Set<number>();
let lastRequestId = 0;

function send(message: FromWorker): void {
  process.send?.(message);
}

function readFrom(jobId: number): (sopInstanceUid: string) => Promise<Uint8Array> {
  return (sopInstanceUid) => new Promise((resolve, reject) => {
    const requestId = ++lastRequestId;
    files.set(requestId, (bytes) => (bytes ? resolve(bytes) : reject(new Error('the instance is not held'))));
    send({ type: 'read', requestId, jobId, sopInstanceUid });
  });
}

async function open(model: LoadedModel): Promise<RunningModel | RefusedModel> {
  const folder = basename(dirname(model.path));
  const refused = (error: unknown): RefusedModel => {
    const { id, version, routing } = model.manifest;
    return { id, version, modalities: routing.modalities, reasons: [error instanceof Error ? error.message : String(error)] };
  };
  const excluded = settings.excluded.find((one) => one.folder === folder);
  if (excluded) return refused(new Error(excluded.reason));
  send({ type: 'opening', folder });
  try {
    const session = await openSession(model, settings.providers);
    return await tryRun(session, model.manifest).then(() => ({ ...model, session }), async (error: unknown) => {
      await session.release();
      return refused(error);
    });
  } catch (error) {
    return refused(error);
  }
}

async function main(): Promise<void> {
  const found = await loadModels(settings.modelsFolder, settings.signers);
  const opened: (RunningModel | RefusedModel)[] = [];
  // One after the other: if the process ends, the last that was named ended it.
  for (const model of found.models) opened.push(await open(model));
  const quality = await openQuality(settings, (folder) => send({ type: 'opening', folder }));
  const models = opened.filter((model) => 'session' in model);
  const refused = [...found.refused, ...opened.filter((model) => 'reasons' in model)];
  const pool = createDecodePool({ threads: settings.decodeThreads, maxQueued: 64, timeoutMs: settings.decodeTimeoutMs });
  await pool.start();
  process.on('message', (message: ToWorker) => {
    switch (message.type) {
      case 'file': {
        files.get(message.requestId)?.(message.bytes);
        files.delete(message.requestId);
        return;
      }
      case 'cancel': {
        cancelled.add(message.jobId);
        return;
      }
      case 'analyse': {
        const { jobId, study } = message;
        const isCancelled = (): boolean => cancelled.has(jobId);
        analyseStudy({ ...study, read: readFrom(jobId) }, { models, refused, quality, decode: (file, frameIndex) => pool.decode(file, frameIndex), now: Date.now, isCancelled }).then(
          (results) => send({ type: 'done', jobId, results, rssBytes: process.memoryUsage().rss }),
          (error: unknown) => send(error instanceof CancelledError ? { type: 'cancelled', jobId } : { type: 'failed', jobId, message: String(error) }),
        ).finally(() => cancelled.delete(jobId));
        return;
      }
      default:
        message satisfies never;
    }
  });
  send({
    type: 'ready', refused,
    models: models.map(({ manifest: { id, version, sha256, routing }, reference, session }) => ({ id, version, sha256, reference, modalities: routing.modalities, provider: session.provider })),
  });
}

// Without its parent the process has nobody to answer.
process.on('disconnect', () => process.exit(0));
await main();
