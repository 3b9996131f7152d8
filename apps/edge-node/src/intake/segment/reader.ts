import { open } from 'node:fs/promises';
import type { StoredAt } from './format.ts';

/** The Part 10 file of a stored instance: preamble, meta, and the data set exactly as received. */
export async function readStored(directory: string, at: StoredAt): Promise<Buffer> {
  const length = at.headLength + at.dataSetLength;
  const file = await open(`${directory}/${at.segment}`, 'r');
  try {
    const bytes = Buffer.allocUnsafe(length);
    let have = 0;
    while (have < length) {
      const { bytesRead } = await file.read(bytes, have, length - have, at.position + have);
      if (bytesRead === 0) throw new Error(`segment ${at.segment} is shorter than its index says`);
      have += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

/** Whether the stored data set is `dataSet`, bit for bit. */
export async function isSameDataSet(directory: string, at: StoredAt, dataSet: { readonly length: number; bytes(position: number, length: number): Buffer }): Promise<boolean> {
  if (at.dataSetLength !== dataSet.length) return false;
  const stored = (await readStored(directory, at)).subarray(at.headLength);
  const step = 1024 * 1024;
  for (let position = 0; position < stored.length; position += step) {
    if (!stored.subarray(position, position + step).equals(dataSet.bytes(position, step))) return false;
  }
  return true;
}
