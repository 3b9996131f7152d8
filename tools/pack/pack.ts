import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { writeArchive } from './archive.ts';
import { stageBundle } from './stage.ts';

export interface Packed {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

const manifestSchema = z.object({ version: z.string() });

/** Makes the edge node's bundle in `into`, with its sha256 beside it. @throws Error with a sentence for who packs */
export async function packEdge(root: string, into: string): Promise<Packed> {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('The bundle is made on Linux x64: it takes Node.js and the native libraries that are installed here.');
  const { version } = manifestSchema.parse(JSON.parse(await readFile(join(root, 'apps/edge-node/package.json'), 'utf8')));
  const name = `readroom-edge-${version}-linux-x64`;
  await mkdir(into, { recursive: true });
  const stage = await mkdtemp(join(into, '.stage-'));
  try {
    await stageBundle(root, join(stage, name), version);
    const file = join(into, `${name}.tar.gz`);
    await writeArchive(join(stage, name), file);
    const sha256 = await sha256Of(file);
    await writeFile(`${file}.sha256`, `${sha256}  ${name}.tar.gz\n`);
    return { file, bytes: (await stat(file)).size, sha256 };
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
