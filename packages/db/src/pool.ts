import pg from 'pg';

export interface PoolOptions {
  readonly url: string;
  readonly max?: number;
  /** Shown in pg_stat_activity. */
  readonly name?: string;
  /** A connection broke (the server went away): told, never thrown. The next query opens a new one. */
  readonly onError?: (error: Error) => void;
}

/** A pool whose every wait has an end: to get a connection, to answer a statement, to hold a lock in an idle transaction. */
export function createPool(options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max ?? 10,
    application_name: options.name ?? 'readroom',
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 30_000,
    query_timeout: 35_000,
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
  });
  const onError = options.onError ?? ((): void => undefined);
  pool.on('error', onError);
  // The pool listens to idle connections only: one that breaks while it is lent out would end the whole process.
  pool.on('connect', (client) => client.on('error', onError));
  return pool;
}
