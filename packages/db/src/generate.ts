import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Writes the two typed clients (git-ignored) from `prisma/<name>/schema.prisma`. Generating needs no engine, but the
 * CLI insists on a `schema-engine` binary that not every site can download: any program that ends well will do.
 */
const root = fileURLToPath(new URL('../../../', import.meta.url));
const cli = join(dirname(createRequire(import.meta.url).resolve('prisma/package.json')), 'build', 'index.js');

for (const name of ['control', 'hospital']) {
  const schema = join(root, 'prisma', name, 'schema.prisma');
  const ran = spawnSync(process.execPath, [cli, 'generate', '--schema', schema], {
    cwd: root,
    env: { PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1', ...process.env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (ran.status !== 0) {
    process.stderr.write(`The ${name} database client could not be generated from ${schema}.\n`);
    process.exit(1);
  }
}
