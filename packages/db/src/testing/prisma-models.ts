import { readFile } from 'node:fs/promises';
import type { Family } from '../migrate/migrations.ts';

export interface PrismaModel {
  readonly table: string;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly nullable: boolean }[];
  /** Column names of every primary key and unique constraint. */
  readonly uniques: readonly (readonly string[])[];
}

/** PostgreSQL's name of a Prisma type, where no `@db.` says otherwise. */
const TYPES: Readonly<Record<string, string>> = {
  String: 'text',
  Int: 'integer',
  BigInt: 'bigint',
  Float: 'double precision',
  Boolean: 'boolean',
  Json: 'jsonb',
  Bytes: 'bytea',
};
const NATIVE: Readonly<Record<string, string>> = { Uuid: 'uuid', 'Timestamptz(3)': 'timestamp(3) with time zone', SmallInt: 'smallint' };

/** What `prisma/<family>/schema.prisma` says each table looks like, read from its text: the generated client does not keep column types. */
export async function modelsOf(family: Family): Promise<PrismaModel[]> {
  const text = await readFile(new URL(`../../../../prisma/${family}/schema.prisma`, import.meta.url), 'utf8');
  return [...text.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)].map(([, name, body]) => readModel(name ?? '', body ?? ''));
}

interface Field {
  readonly field: string;
  readonly column: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly unique: boolean;
}

function readModel(name: string, body: string): PrismaModel {
  const lines = body.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('//'));
  const fields = lines.filter((line) => !line.startsWith('@@')).flatMap((line) => readField(line) ?? []);
  const column = (field: string): string => fields.find((one) => one.field === field)?.column ?? `unknown field ${field} of ${name}`;
  const keys = lines.flatMap((line) => /^@@(?:id|unique)\(\[([^\]]+)\]/.exec(line)?.[1] ?? []);
  return {
    table: /@@map\("(\w+)"\)/.exec(body)?.[1] ?? name,
    columns: fields.map((one) => ({ name: one.column, type: one.type, nullable: one.nullable })),
    uniques: [...fields.filter((one) => one.unique).map((one) => [one.column]), ...keys.map((key) => key.split(',').map((part) => column(part.trim())))],
  };
}

/** Null for a relation: it has no column of its own. */
function readField(line: string): Field | null {
  const parsed = /^(\w+)\s+(\w+)(\[\])?(\?)?(.*)$/.exec(line);
  const [, field = '', prismaType = '', list, optional, rest = ''] = parsed ?? [];
  const base = TYPES[prismaType] ?? (prismaType === 'DateTime' ? 'timestamp(3) without time zone' : null);
  if (base === null) return null;
  const native = /@db\.(\w+(?:\(\d+\))?)/.exec(rest)?.[1];
  const type = native === undefined ? base : (NATIVE[native] ?? `unknown native type ${native}`);
  return {
    field,
    column: /@map\("(\w+)"\)/.exec(rest)?.[1] ?? field,
    type: list ? `${type}[]` : type,
    // PostgreSQL lists are made without NOT NULL by Prisma.
    nullable: optional !== undefined || list !== undefined,
    unique: /@(id|unique)\b/.test(rest),
  };
}
