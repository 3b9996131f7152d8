import { createReadStream } from 'node:fs';
import { AppError, isTransient } from '@readroom/shared/error';
import { openAssociation } from '../../apps/edge-node/src/dicom/scu/association.ts';
import type { ScuAssociation } from '../../apps/edge-node/src/dicom/scu/association.ts';
import { realTimer } from '../../apps/edge-node/src/infra/timers.ts';
import { findDicomFiles } from './find-files.ts';
import type { FoundFile, SkippedFile } from './find-files.ts';

export interface SendOptions {
  /** A folder, read with its subfolders, or one file. */
  readonly folder: string;
  readonly host: string;
  readonly port: number;
  readonly calledAeTitle: string;
  readonly callingAeTitle: string;
  readonly onProgress?: (done: number, of: number) => void;
}

export interface SendOutcome {
  readonly sent: readonly string[];
  readonly failed: readonly SkippedFile[];
  /** Files that are no DICOM objects. */
  readonly skipped: readonly SkippedFile[];
}

/** PS3.8 9.3.2.2: presentation context ids are the odd numbers to 255. */
const MOST_CONTEXTS = 128;
/** A peer that drops the association is asked once more, for what it has not answered. */
const ATTEMPTS = 2;

/** Sends every DICOM object under a folder by C-STORE, each data set as it stands in its file, one after another. */
export async function sendFolder(options: SendOptions): Promise<SendOutcome> {
  const { files, skipped } = await findDicomFiles(options.folder);
  const sent: string[] = [];
  const failed: SkippedFile[] = [];
  const report = (): void => options.onProgress?.(sent.length + failed.length, files.length);
  for (const batch of batches(files)) {
    let left = batch;
    for (let attempt = 1; left.length > 0; attempt += 1) {
      const problem = await sendBatch(left, options, { sent, failed, report });
      if (problem === null) break;
      const answered = new Set([...sent, ...failed.map(({ path }) => path)]);
      left = left.filter(({ path }) => !answered.has(path));
      if (attempt < ATTEMPTS && isTransient(problem)) continue;
      failed.push(...left.map(({ path }) => ({ path, reason: problem.message })));
      break;
    }
  }
  report();
  return { sent, failed, skipped };
}

function contextKey(file: FoundFile): string {
  return `${file.sopClassUid} ${file.transferSyntaxUid}`;
}

/** Files that fit one association's presentation contexts: one for each pair of SOP class and transfer syntax. */
function batches(files: readonly FoundFile[]): FoundFile[][] {
  const result: FoundFile[][] = [];
  let keys = new Set<string>();
  for (const file of files) {
    const current = result.at(-1);
    if (!current || (!keys.has(contextKey(file)) && keys.size === MOST_CONTEXTS)) {
      result.push([file]);
      keys = new Set([contextKey(file)]);
    } else {
      current.push(file);
      keys.add(contextKey(file));
    }
  }
  return result;
}

interface Tally {
  readonly sent: string[];
  readonly failed: SkippedFile[];
  readonly report: () => void;
}

/** Null when every file of the batch was answered. */
async function sendBatch(files: readonly FoundFile[], options: SendOptions, tally: Tally): Promise<AppError | null> {
  const pairs = new Map(files.map((file) => [contextKey(file), file]));
  const ids = new Map([...pairs.keys()].map((key, at) => [key, at * 2 + 1]));
  const contexts = [...pairs].map(([key, file]) => ({ id: ids.get(key) ?? 1, abstractSyntax: file.sopClassUid, transferSyntaxes: [file.transferSyntaxUid] }));
  try {
    const association = await openAssociation(options, contexts, { clock: Date.now, setTimer: realTimer });
    for (const file of files) {
      await sendFile(association, ids.get(contextKey(file)) ?? 1, file, tally);
      tally.report();
    }
    await association.release();
    return null;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

async function sendFile(association: ScuAssociation, contextId: number, file: FoundFile, tally: Tally): Promise<void> {
  if (association.acceptedSyntax(contextId) === null) {
    tally.failed.push({ path: file.path, reason: 'the peer does not take its SOP class or transfer syntax' });
    return;
  }
  const dataSet = createReadStream(file.path, { start: file.dataSetAt, highWaterMark: 1024 * 1024 });
  const { status, comment } = await association.store({ contextId, sopClassUid: file.sopClassUid, sopInstanceUid: file.sopInstanceUid, dataSet });
  // 0000 is success; B000, B006 and B007 are stored with a warning (PS3.4 table B.2-1).
  if (status === 0 || status >>> 12 === 0xb) tally.sent.push(file.path);
  else tally.failed.push({ path: file.path, reason: `refused with 0x${status.toString(16).toUpperCase().padStart(4, '0')}${comment ? `: ${comment}` : ''}` });
}
