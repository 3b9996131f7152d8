import { startTemporaryPostgres } from './postgres.ts';

/** One PostgreSQL for all `*.int.test.ts`: `createTestDb()` clones a migrated template in it. Gone afterwards, directory and all. */
export default async function setup(): Promise<() => Promise<void>> {
  // kill -9 of a process loses nothing the kernel already has; tests that cut deeper start a server of their own.
  const server = await startTemporaryPostgres({ settings: ['fsync=off', 'full_page_writes=off'] });
  process.env['READROOM_TEST_DATABASE_URL'] = server.url;
  return () => server.stop();
}
