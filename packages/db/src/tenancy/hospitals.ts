import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { PrismaClient } from '../generated/hospital/client.ts';
import type { Prisma } from '../generated/hospital/client.ts';
import { HospitalPool } from './hospital-pool.ts';
import { hospitalRoleName, schemaNameSchema } from './names.ts';

export type HospitalClient = PrismaClient;
/** A client inside one interactive transaction of a hospital. */
export type HospitalTx = Prisma.TransactionClient;

/** One tenant's data: a typed client bound to its schema, and a raw pool that wears its role. Raw SQL qualifies tables with `schema` by hand. */
export interface Hospital {
  readonly organisationId: string;
  readonly schema: string;
  readonly client: HospitalClient;
  readonly pool: pg.Pool;
}

export interface Hospitals {
  /** The client of an organisation that is open already: no question to the database. */
  held(organisationId: string): Promise<Hospital> | undefined;
  forHospital(organisation: { readonly id: string; readonly schemaName: string }): Promise<Hospital>;
  /** How many clients are held now. */
  size(): number;
  close(): Promise<void>;
}

/** A client costs 2-5 MB and 13 ms: those used last are kept. */
const KEEP = 64;

/**
 * Clients of hospitals on one shared pool that nobody else uses. A hospital whose role exists is always served
 * wearing it; whether it exists is asked once per client.
 */
export function hospitals(shared: pg.Pool, keep = KEEP): Hospitals {
  const held = new Map<string, Promise<Hospital>>();
  const touch = (id: string): Promise<Hospital> | undefined => {
    const found = held.get(id);
    if (!found) return undefined;
    // A map keeps the order of insertion: the last used goes to the end.
    held.delete(id);
    held.set(id, found);
    return found;
  };
  return {
    held: touch,
    forHospital(organisation) {
      const found = touch(organisation.id);
      if (found) return found;
      const hospital = open(shared, organisation.id, organisation.schemaName);
      held.set(organisation.id, hospital);
      // A failed opening is forgotten, so that the next caller tries again.
      hospital.catch(() => held.delete(organisation.id));
      evict(held, keep);
      return hospital;
    },
    size: () => held.size,
    async close() {
      const all = await Promise.allSettled(held.values());
      held.clear();
      for (const one of all) if (one.status === 'fulfilled') await one.value.client.$disconnect();
    },
  };
}

/** Forgotten, not disconnected: a request may still hold it, and its connections are the shared pool's anyway. */
function evict(held: Map<string, Promise<Hospital>>, keep: number): void {
  while (held.size > keep) {
    const oldest = held.keys().next();
    if (oldest.done) return;
    held.delete(oldest.value);
  }
}

async function open(shared: pg.Pool, organisationId: string, schemaName: string): Promise<Hospital> {
  const schema = schemaNameSchema.parse(schemaName);
  const role = await existingRole(shared, schema);
  const pool = new HospitalPool(shared, role);
  const client = new PrismaClient({ adapter: new PrismaPg(pool, { schema }), transactionOptions: { maxWait: 5_000, timeout: 15_000 } });
  return { organisationId, schema, client, pool };
}

/** Asked with a session's own rights: any role may read the list of roles. */
async function existingRole(shared: pg.Pool, schema: string): Promise<string | null> {
  const found = await shared.query<{ name: string }>('select current_database() as name');
  const role = hospitalRoleName(found.rows[0]?.name ?? '', schema);
  const member = await shared.query(`select 1 from pg_roles where rolname = $1 and pg_has_role(session_user, oid, 'MEMBER')`, [role]);
  return member.rowCount === 0 ? null : role;
}
