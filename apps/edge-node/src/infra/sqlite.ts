import { DatabaseSync } from 'node:sqlite';

/** A small record that more than one process may look into. `full`: what was written outlasts a power cut when the call returns; `normal`: it outlasts the process. */
export function openRecord(file: string, synchronous: 'full' | 'normal'): DatabaseSync {
  const db = new DatabaseSync(file);
  db.exec(`pragma journal_mode = wal; pragma synchronous = ${synchronous}; pragma busy_timeout = 5000;`);
  return db;
}
