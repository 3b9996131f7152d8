import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const SAMPLES = resolve(import.meta.dirname, '../../../../../shared/samples');

/** A file or folder of the real DICOM samples beside the repository. A test that needs them fails without them. */
export function sample(path: string): string {
  const found = resolve(SAMPLES, path);
  if (!existsSync(found)) throw new Error(`this test needs the DICOM samples: ../shared/samples/${path} is not there`);
  return found;
}
