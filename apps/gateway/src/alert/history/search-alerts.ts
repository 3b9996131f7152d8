import type { HospitalPrisma } from '@readroom/db';
import type { Member } from '@readroom/shared/access/can';
import { filterKinds, searchWords } from '@readroom/shared/alert/history';
import type { AlertFilter, AlertPage, AlertSearch } from '@readroom/shared/alert/history';
import { AppError } from '@readroom/shared/error';
import { z } from 'zod';
import { audit, by } from '../../audit/audit.ts';
import { requireCan } from '../../auth/session.ts';
import type { Deps } from '../../infra/deps.ts';
import { ALERT_PARTS, toAlert } from '../alert-view.ts';

const cursorSchema = z.tuple([z.number().int(), z.uuid()]);

/**
 * Alerts that fit the filter, the newest first, by keyset. Each page is audited: who, how many, which kinds of filter, and
 * never the text. Throws `forbidden`, and `bad-input` for a cursor that is not ours.
 */
export async function searchAlerts(deps: Deps, member: Member, search: AlertSearch): Promise<AlertPage> {
  const { organisation } = member;
  requireCan(member, 'alert.view', organisation);
  const after = search.cursor === null ? null : decodeCursor(search.cursor);
  const { client } = await deps.hospital(organisation);
  const rows = await client.alert.findMany({
    where: { AND: [...conditions(search), ...(after === null ? [] : [{ OR: [{ raisedAt: { lt: after.raisedAt } }, { raisedAt: after.raisedAt, id: { lt: after.id } }] }])] },
    orderBy: [{ raisedAt: 'desc' }, { id: 'desc' }],
    take: search.limit + 1,
    include: ALERT_PARTS,
  });
  const shown = rows.slice(0, search.limit);
  await audit(client, { ...by(member), action: 'alert.search', subject: { shown: shown.length, filters: filterKinds(search).join(' '), firstPage: after === null } });
  const last = rows.length > search.limit ? shown.at(-1) : undefined;
  return { items: shown.map((row) => toAlert(organisation, row)), nextCursor: last ? encodeCursor(last) : null };
}

function conditions({ states, severities, findingCode, from, until, text }: AlertFilter): HospitalPrisma.AlertWhereInput[] {
  const raisedAt = { ...(from === null ? {} : { gte: new Date(from) }), ...(until === null ? {} : { lt: new Date(until) }) };
  return [
    ...(states.length === 0 ? [] : [{ state: { in: states } }]),
    ...(severities.length === 0 ? [] : [{ severity: { in: severities } }]),
    ...(findingCode === null ? [] : [{ findingCode }]),
    { raisedAt },
    ...searchWords(text).map((word) => ({ study: mentions(word) })),
  ];
}

/** A study whose patient's name (any of its groups), id or accession number holds the word, in any case. */
function mentions(word: string): HospitalPrisma.StudyWhereInput {
  const contains = escaped(word);
  const mode = 'insensitive' as const;
  return {
    OR: [
      { patientId: { contains, mode } },
      { accessionNumber: { contains, mode } },
      ...['alphabetic', 'ideographic', 'phonetic'].map((group) => ({ patientName: { path: [group], string_contains: contains, mode } })),
    ],
  };
}

/** `%` and `_` are letters here, not the wildcards of LIKE. */
function escaped(word: string): string {
  return word.replaceAll(/[\\%_]/g, String.raw`\$&`);
}

function encodeCursor({ raisedAt, id }: { readonly raisedAt: Date; readonly id: string }): string {
  return Buffer.from(JSON.stringify([raisedAt.getTime(), id])).toString('base64url');
}

function decodeCursor(cursor: string): { readonly raisedAt: Date; readonly id: string } {
  try {
    const [at, id] = cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { raisedAt: new Date(at), id };
  } catch {
    throw new AppError('bad-input', { class: 'permanent', message: 'This cursor is none of ours: send back `nextCursor` of the page before, unchanged, or none for the first page.' });
  }
}
