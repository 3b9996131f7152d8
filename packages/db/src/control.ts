import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { PrismaClient } from './generated/control/client.ts';

export type ControlClient = PrismaClient;

/** The typed client of the control schema: organisations, people, nodes. No patient data. */
export function controlClient(pool: pg.Pool): ControlClient {
  return new PrismaClient({ adapter: new PrismaPg(pool, { schema: 'control' }), transactionOptions: { maxWait: 5_000, timeout: 15_000 } });
}
