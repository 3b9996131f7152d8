import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const SHARED = fileURLToPath(new URL('../../../../../shared/', import.meta.url));

/** A path in ../shared (beside the repository). A test that needs it fails with this sentence; it is never skipped. */
export function sharedPath(relative: string): string {
  const path = join(SHARED, relative);
  if (!existsSync(path)) throw new Error(`../shared/${relative} is missing: this test reads real DICOM and images from ../shared beside the repository`);
  return path;
}

export const sharedFile = (relative: string): Uint8Array => new Uint8Array(readFileSync(sharedPath(relative)));

export function sharedFolder(relative: string): string[] {
  return readdirSync(sharedPath(relative)).sort().map((name) => `${relative}/${name}`);
}
