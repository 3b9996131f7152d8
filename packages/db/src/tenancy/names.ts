import { createHash } from 'node:crypto';
import { z } from 'zod';

/** `control`, or `h_<slug>` for a hospital. Put into SQL as an identifier, so nothing else is let through. */
export const schemaNameSchema = z.string().regex(/^(control|h_[a-z0-9_]{1,40})$/, 'a schema is named control or h_<slug>');

/** Schema name of a hospital: `slug` is lower-case letters, digits and hyphens. */
export function hospitalSchemaName(slug: string): string {
  return schemaNameSchema.parse(`h_${slug.replaceAll('-', '_')}`);
}

/**
 * The role that may use one hospital's schema and nothing else. Roles belong to the whole server, schemas to one
 * database: the name carries a mark of the database, so that two databases of a server never share a role.
 */
export function hospitalRoleName(database: string, schema: string): string {
  const mark = createHash('sha256').update(database).digest('hex').slice(0, 10);
  return `rr_${mark}_${schemaNameSchema.parse(schema)}`;
}
