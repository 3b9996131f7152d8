import type pg from 'pg';
import { DEFAULT_POLICY } from '@readroom/shared/priority/policy';
import type { ControlClient } from '../control.ts';
import { migrate } from '../migrate/migrate.ts';
import { ensureHospitalRole } from './role.ts';
import type { RoleOutcome } from './role.ts';
import { hospitalSchemaName } from './names.ts';

export interface NewOrganisation {
  readonly id: string;
  readonly name: string;
  /** Lower-case letters, digits and hyphens; names the schema for ever. */
  readonly slug: string;
  readonly demo: boolean;
}

export interface Provisioned {
  readonly organisation: { readonly id: string; readonly name: string; readonly schemaName: string };
  readonly role: RoleOutcome;
}

/** Makes an organisation with its own schema and role. Safe to repeat: what exists is kept. */
export async function provisionOrganisation(owner: pg.Pool, control: ControlClient, wanted: NewOrganisation): Promise<Provisioned> {
  const schemaName = hospitalSchemaName(wanted.slug);
  const role = await prepareHospital(owner, schemaName);
  const organisation = await control.organisation.upsert({
    where: { id: wanted.id },
    create: { id: wanted.id, name: wanted.name, schemaName, demo: wanted.demo },
    update: {},
  });
  return { organisation, role };
}

/** Brings a hospital's schema to the newest version, with its row of counters and its role. Run for every hospital at start. */
export async function prepareHospital(owner: pg.Pool, schemaName: string): Promise<RoleOutcome> {
  await migrate(owner, 'hospital', schemaName);
  await owner.query(`insert into "${schemaName}".hospital_state (id, policy) values (1, $1) on conflict (id) do nothing`, [JSON.stringify(DEFAULT_POLICY)]);
  await owner.query(`insert into "${schemaName}".rank_policy (version, policy, reason, by_name) select policy_version, policy, '', 'Readroom' from "${schemaName}".hospital_state on conflict (version) do nothing`);
  return ensureHospitalRole(owner, schemaName);
}
