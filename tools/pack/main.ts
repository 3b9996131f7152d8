import { join, relative } from 'node:path';
import { packEdge } from './pack.ts';

/** `npm run pack:edge`: the edge node as one file for a hospital, in `dist/`. */
const root = join(import.meta.dirname, '../..');
try {
  const { file, bytes, sha256 } = await packEdge(root, join(root, 'dist'));
  console.log(`${relative(root, file)}  ${(bytes / 1e6).toFixed(0)} MB  sha256 ${sha256}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
