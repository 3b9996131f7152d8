import pg from 'pg';

/** Which role a shared connection wears now. Absent: the login user. */
const worn = new WeakMap<object, string>();

/**
 * One hospital's view of the shared pool: every connection it hands out wears the hospital's role, so a query that
 * names another schema is refused by PostgreSQL itself (law TN1). The connections are the shared pool's; a change of
 * role costs one round trip, staying with the same hospital costs none. Only hospitals may use the shared pool.
 */
export class HospitalPool extends pg.Pool {
  readonly #shared: pg.Pool;
  readonly #role: string | null;

  constructor(shared: pg.Pool, role: string | null) {
    super({ max: 1 });
    this.#shared = shared;
    this.#role = role;
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: (error: Error | undefined, client: pg.PoolClient | undefined, done: (release?: unknown) => void) => void): void;
  override connect(callback?: (error: Error | undefined, client: pg.PoolClient | undefined, done: (release?: unknown) => void) => void): Promise<pg.PoolClient> | void {
    if (!callback) return this.#take();
    this.#take().then(
      (client) => callback(undefined, client, (release) => client.release(release === undefined ? undefined : Boolean(release))),
      (error: Error) => callback(error, undefined, () => undefined),
    );
  }

  /** Nothing of its own to close: the shared pool is closed by whoever made it. */
  override end(): Promise<void>;
  override end(callback: () => void): void;
  override end(callback?: () => void): Promise<void> | void {
    if (!callback) return Promise.resolve();
    callback();
  }

  async #take(): Promise<pg.PoolClient> {
    const client = await this.#shared.connect();
    try {
      await wear(client, this.#role);
      return client;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }
}

async function wear(client: pg.PoolClient, role: string | null): Promise<void> {
  const before = worn.get(client) ?? null;
  if (before === role) return;
  await client.query(role === null ? 'reset role' : `set role "${role}"`);
  if (role === null) worn.delete(client);
  else worn.set(client, role);
}
