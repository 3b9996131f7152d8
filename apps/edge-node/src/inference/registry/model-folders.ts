import { readdir } from 'node:fs/promises';

/** Names of the folders that may hold a model, sorted. One whose name begins with a dot is not yet a model, or none. Throws what the file system throws. */
export async function modelFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name).sort();
}
