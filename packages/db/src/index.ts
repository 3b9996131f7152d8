export { createPool } from './pool.ts';
export type { PoolOptions } from './pool.ts';
export { withTransaction } from './transaction.ts';
export { controlClient } from './control.ts';
export type { ControlClient } from './control.ts';
export { migrate, rollback } from './migrate/migrate.ts';
export { readMigrations } from './migrate/migrations.ts';
export { hospitals } from './tenancy/hospitals.ts';
export type { Hospital, HospitalClient, HospitalTx, Hospitals } from './tenancy/hospitals.ts';
export { hospitalSchemaName } from './tenancy/names.ts';
export { prepareHospital, provisionOrganisation } from './tenancy/provision.ts';
export type { NewOrganisation, Provisioned } from './tenancy/provision.ts';
export { dropHospitalRole, ensureHospitalRole } from './tenancy/role.ts';
export type { RoleOutcome } from './tenancy/role.ts';
/** Types and helpers of the generated client. */
export { Prisma as HospitalPrisma } from './generated/hospital/client.ts';
/** For code that is handed a pool: pg itself is imported in few places. */
export type { Pool, PoolClient } from 'pg';
