export { createTestDb } from './test-db.ts';
export type { TestDb } from './test-db.ts';
