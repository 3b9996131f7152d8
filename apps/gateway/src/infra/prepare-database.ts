import { migrate, prepareHospital } from '@readroom/db';
import { AppError } from '@readroom/shared/error';
import { isDatabaseDown } from '../http/errors.ts';
import { bootstrap } from '../setup/bootstrap.ts';
import type { Deps } from './deps.ts';

/** Brings the control schema and every hospital's to the newest version, then makes what a first start needs. */
export async function prepareDatabase(deps: Deps): Promise<void> {
  try {
    const applied = await migrate(deps.pool, 'control', 'control');
    if (applied.length > 0) deps.log.info({ event: 'database.migrated', schema: 'control', applied });
    for (const { schemaName } of await deps.control.organisation.findMany({ select: { schemaName: true } })) {
      const role = await prepareHospital(deps.pool, schemaName);
      if (role.problem !== null) deps.log.warn({ event: 'tenancy.role-missing', schema: schemaName, problem: role.problem });
    }
    await bootstrap(deps);
  } catch (error) {
    if (!isDatabaseDown(error)) throw error;
    throw new AppError('database-unreachable', {
      class: 'transient',
      message: `The database at ${new URL(deps.env.databaseUrl).host} cannot be reached. Start it, or correct DATABASE_URL.`,
      cause: error,
    });
  }
}
