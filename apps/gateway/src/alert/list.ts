import type { Member } from '@readroom/shared/access/can';
import type { Alert } from '@readroom/shared/alert/alert';
import { AppError } from '@readroom/shared/error';
import { z } from 'zod';
import { requireCan } from '../auth/session.ts';
import type { Deps } from '../infra/deps.ts';
import { ALERT_PARTS, toAlert } from './alert-view.ts';

/** More open alerts than this is a department in trouble: the worst and oldest are shown, the counts say the rest. */
const OPEN_LIMIT = 500;
const SEVERITY_ORDER = { critical: 0, urgent: 1, routine: 2 } as const;

/**
 * Every open alert, the worst first and the oldest of those first; after them the critical ones somebody has taken and nobody
 * has communicated yet (AL9).
 */
export async function openAlerts(deps: Deps, member: Member): Promise<Alert[]> {
  requireCan(member, 'alert.view', member.organisation);
  const hospital = await deps.hospital(member.organisation);
  const oldest = { orderBy: [{ raisedAt: 'asc' as const }, { id: 'asc' as const }], take: OPEN_LIMIT, include: ALERT_PARTS };
  const open = await hospital.client.alert.findMany({ where: { state: 'open' }, ...oldest });
  const awaiting = await hospital.client.alert.findMany({ where: { state: 'acknowledged', severity: 'critical' }, ...oldest });
  const worst = open.map((row) => toAlert(member.organisation, row)).sort((a, b) => SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity]);
  return [...worst, ...awaiting.map((row) => toAlert(member.organisation, row))];
}

export const alertListSchema = z.object({
  limit: z.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).nullish(),
  studyId: z.uuid().optional(),
});
export type AlertListQuery = z.infer<typeof alertListSchema>;

const cursorSchema = z.tuple([z.number().int(), z.uuid()]);

/** Every alert, the newest first, by keyset. Throws `bad-input` for a cursor that is not ours. */
export async function listAlerts(deps: Deps, member: Member, query: AlertListQuery): Promise<{ items: Alert[]; nextCursor: string | null }> {
  requireCan(member, 'alert.view', member.organisation);
  const hospital = await deps.hospital(member.organisation);
  const after = query.cursor == null ? null : decodeCursor(query.cursor);
  const rows = await hospital.client.alert.findMany({
    where: {
      ...(query.studyId === undefined ? {} : { studyId: query.studyId }),
      ...(after === null ? {} : { OR: [{ raisedAt: { lt: after.raisedAt } }, { raisedAt: after.raisedAt, id: { lt: after.id } }] }),
    },
    orderBy: [{ raisedAt: 'desc' }, { id: 'desc' }],
    take: query.limit + 1,
    include: ALERT_PARTS,
  });
  const shown = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? shown.at(-1) : undefined;
  return { items: shown.map((row) => toAlert(member.organisation, row)), nextCursor: last ? encodeCursor(last) : null };
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

export interface AlertCounts {
  readonly open: number;
  /** Of the open ones, those that climbed past the first call. */
  readonly escalated: number;
  /** ms since epoch; null when none is open. */
  readonly oldestOpenAt: number | null;
}

/** Counts alone, for everybody who may see the list: IT sees that alerts flow, never whose they are. */
export async function countAlerts(deps: Deps, member: Member): Promise<AlertCounts> {
  requireCan(member, 'worklist.view', member.organisation);
  const { client } = await deps.hospital(member.organisation);
  const [all, escalated] = await Promise.all([
    client.alert.aggregate({ where: { state: 'open' }, _count: true, _min: { raisedAt: true } }),
    client.alert.count({ where: { state: 'open', level: { not: 'primary' } } }),
  ]);
  return { open: all._count, escalated, oldestOpenAt: all._min.raisedAt?.getTime() ?? null };
}
