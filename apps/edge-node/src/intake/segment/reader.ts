import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { AppError } from '@readroom/shared/error';
import { TAG_BYTES } from '../../vault/gcm.ts';
import type { StudyKeys } from '../../vault/study-keys.ts';
import { RECORD_HEADER_BYTES, decodeRecordHeader } from './format.ts';
import type { StoredAt } from './format.ts';
import { ENVELOPE_BYTES, openEnvelope } from './sealing.ts';
import type { RecordOpener } from './sealing.ts';

const STEP_BYTES = 1024 * 1024;

/**
 * The Part 10 file of a stored instance: preamble, meta, and the data set exactly as received.
 * @throws AppError `not-at-edge` when its study was deleted, `stored-damaged` when the disk answers other bytes than were stored (both permanent)
 */
export async function readStored(directory: string, at: StoredAt, keys: StudyKeys): Promise<Buffer> {
  const file = await open(`${directory}/${at.segment}`, 'r');
  try {
    const bytes = await readAt(file, at, at.position, at.headLength + at.dataSetLength);
    const shape = decodeRecordHeader(await readAt(file, at, at.position - RECORD_HEADER_BYTES, RECORD_HEADER_BYTES));
    if (shape === null) throw damaged();
    if (!shape.isSealed) return bytes;
    const end = at.position + bytes.length;
    const tag = await readAt(file, at, end, TAG_BYTES);
    const envelope = await readAt(file, at, end + TAG_BYTES + shape.indexLength + TAG_BYTES, ENVELOPE_BYTES);
    const opener = openEnvelope(keys, envelope, at.segment, at.position - RECORD_HEADER_BYTES);
    if (opener === 'destroyed') throw new AppError('not-at-edge', { class: 'permanent', message: 'This node does not hold the image any more.' });
    if (opener === null) throw damaged();
    return unseal(opener, bytes, tag);
  } finally {
    await file.close();
  }
}

function damaged(): AppError {
  return new AppError('stored-damaged', { class: 'permanent', message: 'A stored image is not what was stored: the disk is failing, or its file was changed. Send the study again.' });
}

/** In place, so that a long object is in memory once. */
function unseal({ body }: RecordOpener, bytes: Buffer, tag: Buffer): Buffer {
  body.setAuthTag(tag);
  for (let at = 0; at < bytes.length; at += STEP_BYTES) body.update(bytes.subarray(at, at + STEP_BYTES)).copy(bytes, at);
  try {
    body.final();
    return bytes;
  } catch {
    throw damaged();
  }
}

async function readAt(file: FileHandle, { segment }: StoredAt, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let have = 0;
  while (have < length) {
    const { bytesRead } = await file.read(bytes, have, length - have, position + have);
    if (bytesRead === 0) throw new Error(`segment ${segment} is shorter than its index says`);
    have += bytesRead;
  }
  return bytes;
}

/** Whether the stored data set is `dataSet`, bit for bit. */
export async function isSameDataSet(directory: string, at: StoredAt, dataSet: { readonly length: number; bytes(position: number, length: number): Buffer }, keys: StudyKeys): Promise<boolean> {
  if (at.dataSetLength !== dataSet.length) return false;
  const stored = (await readStored(directory, at, keys)).subarray(at.headLength);
  for (let position = 0; position < stored.length; position += STEP_BYTES) {
    if (!stored.subarray(position, position + STEP_BYTES).equals(dataSet.bytes(position, STEP_BYTES))) return false;
  }
  return true;
}
