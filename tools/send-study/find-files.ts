import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readDicomFile } from '../../apps/edge-node/src/dicom/header/part10-file.ts';
import type { DicomFile } from '../../apps/edge-node/src/dicom/header/part10-file.ts';

export interface FoundFile extends DicomFile {
  readonly path: string;
}

export interface SkippedFile {
  readonly path: string;
  readonly reason: string;
}

const REASONS = {
  'not-dicom': 'not a DICOM file',
  directory: 'a DICOMDIR lists images and holds none',
  'no-transfer-syntax': 'its File Meta Information has no Transfer Syntax UID',
  'no-identifiers': 'it names no SOP class or instance',
} as const;

/** Sending a whole disk by mistake ends here. */
const MOST_FILES = 200_000;

/** Every file under `folder` (or the one file it is), in name order: what can be sent, and what cannot with the reason. */
export async function findDicomFiles(folder: string): Promise<{ files: FoundFile[]; skipped: SkippedFile[] }> {
  const paths = (await stat(folder)).isDirectory() ? await listFiles(folder) : [folder];
  const files: FoundFile[] = [];
  const skipped: SkippedFile[] = [];
  for (const path of paths) {
    const reading = await readDicomFile(path);
    if ('problem' in reading) skipped.push({ path, reason: REASONS[reading.problem] });
    else files.push({ path, ...reading });
  }
  return { files, skipped };
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  if (paths.length > MOST_FILES) throw new Error(`${folder} holds more than ${String(MOST_FILES)} files: send it in parts.`);
  return paths.sort();
}
