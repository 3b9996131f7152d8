import { copyFileSync, linkSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Whether a file or folder is taken, by its path from where the copy begins. */
export type Wanted = (path: string) => boolean;

/** Copies a file, or what is wanted of a folder. What comes out is for reading only: files are links where the disk is the same. */
export function copyTree(from: string, to: string, isWanted: Wanted = () => true, path = ''): void {
  const source = join(from, path);
  if (!statSync(source).isDirectory()) return copyFile(source, join(to, path));
  for (const name of readdirSync(source)) {
    const next = path === '' ? name : `${path}/${name}`;
    if (isWanted(next)) copyTree(from, to, isWanted, next);
  }
}

function copyFile(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  try {
    linkSync(from, to);
  } catch {
    // Another disk, or one without links.
    copyFileSync(from, to);
  }
}
