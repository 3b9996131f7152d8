import { deleteDB, openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { JournalKey } from './journal-key.ts';

const DATABASE = 'readroom-report';
const STORE = 'edits';
/** A sign-in lasts 12 hours: what is older belongs to a tab that will not come back. */
const STALE_MS = 24 * 3_600_000;

interface StoredEdit {
  readonly id: string;
  /** Tab, user and report. */
  readonly scope: string;
  readonly order: number;
  readonly at: number;
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly data: ArrayBuffer;
}

interface JournalSchema extends DBSchema {
  edits: { key: string; value: StoredEdit; indexes: { scope: string } };
}

export interface KeptEdit {
  readonly order: number;
  readonly update: Uint8Array;
}

/**
 * Edits the gateway has not acknowledged, kept in IndexedDB under the tab's key (RP5). Operations run one after the other: an edit
 * that is acknowledged while it is still being written is written and then removed.
 */
export class Journal {
  readonly #database: IDBPDatabase<JournalSchema>;
  readonly #key: JournalKey;
  readonly #scope: string;
  readonly #ids = new Map<number, string>();
  #tail: Promise<void> = Promise.resolve();

  private constructor(database: IDBPDatabase<JournalSchema>, key: JournalKey, scope: string) {
    this.#database = database;
    this.#key = key;
    this.#scope = scope;
  }

  static async open(key: JournalKey, userId: string, reportId: string): Promise<Journal> {
    const database = await openDB<JournalSchema>(DATABASE, 1, {
      upgrade: (fresh) => void fresh.createObjectStore(STORE, { keyPath: 'id' }).createIndex('scope', 'scope'),
    });
    return new Journal(database, key, `${key.tab}/${userId}/${reportId}`);
  }

  /** What an earlier visit of this tab left, in order. An entry that can't be read is left out and removed. */
  async read(now: number): Promise<KeptEdit[]> {
    const rows = await this.#database.getAllFromIndex(STORE, 'scope', this.#scope);
    const kept: KeptEdit[] = [];
    for (const row of rows.sort((a, b) => a.order - b.order)) {
      const update = await this.#decrypt(row);
      if (!update) continue;
      this.#ids.set(row.order, row.id);
      kept.push({ order: row.order, update });
    }
    await this.#dropStale(now);
    return kept;
  }

  add(order: number, update: Uint8Array, now: number): void {
    const id = crypto.randomUUID();
    this.#ids.set(order, id);
    const copy = new Uint8Array(update);
    this.#queue(async () => {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, this.#key.key, copy);
      await this.#database.put(STORE, { id, scope: this.#scope, order, at: now, iv, data });
    });
  }

  /** The gateway has everything up to this one. */
  dropUpTo(order: number): void {
    for (const [each, id] of this.#ids) {
      if (each > order) continue;
      this.#ids.delete(each);
      this.#queue(() => this.#database.delete(STORE, id));
    }
  }

  /** Resolves when everything asked for is done. */
  settled(): Promise<void> {
    return this.#tail;
  }

  close(): void {
    void this.#tail.then(() => this.#database.close());
  }

  #queue(work: () => Promise<unknown>): void {
    // A full disk must not stop the typing: the edit is still in the page and on its way.
    this.#tail = this.#tail.then(work).then(
      () => undefined,
      () => undefined,
    );
  }

  async #decrypt(row: StoredEdit): Promise<Uint8Array | null> {
    try {
      return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: row.iv }, this.#key.key, row.data));
    } catch {
      await this.#database.delete(STORE, row.id);
      return null;
    }
  }

  async #dropStale(now: number): Promise<void> {
    for (const row of await this.#database.getAll(STORE)) if (now - row.at > STALE_MS) await this.#database.delete(STORE, row.id);
  }
}

/** At sign-out nothing of the session's text stays in the browser. */
export async function wipeJournal(): Promise<void> {
  await deleteDB(DATABASE, { blocked: () => undefined });
}
