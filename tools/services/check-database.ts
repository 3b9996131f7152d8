import pg from 'pg';
import { AppError } from '@readroom/shared/error';

const CONNECT_TIMEOUT_MS = 8_000;
/** PostgreSQL 15, as `server_version_num` writes it. */
const OLDEST_VERSION = 150_000;

/**
 * Asks the database of DATABASE_URL whether it can be used. Throws AppError `database-unreachable` or `database-too-old`
 * with a sentence for a person; the URL's user and password are never in it.
 */
export async function checkDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  // An error after the answer is nobody's news here.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version_num: string }>('show server_version_num');
    if (Number(rows[0]?.server_version_num) < OLDEST_VERSION) {
      throw new AppError('database-too-old', { class: 'permanent', message: 'The database of DATABASE_URL is older than PostgreSQL 15. Use 15 or newer.' });
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unreachable(url, error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function unreachable(url: string, cause: unknown): AppError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  // PostgreSQL appendix A, class 28: invalid authorization; 3D000: no such database.
  const why = code.startsWith('28') ? 'refused the user or password' : code === '3D000' ? 'has no database of that name' : `can't be reached${code ? ` (${code})` : ''}`;
  return new AppError('database-unreachable', { class: 'transient', message: `The database at ${placeOf(url)} ${why}. Check DATABASE_URL and that the server runs.`, cause });
}

/** Host and port only. */
function placeOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return 'DATABASE_URL';
  }
}
