import type { HospitalPrisma } from '@readroom/db';
import type { Member } from '@readroom/shared/access/can';
import { AppError } from '@readroom/shared/error';
import type { AnalysisStatus } from '@readroom/shared/finding/analysis';
import type { AnalysisView } from '@readroom/shared/finding/analysis-view';
import { z } from 'zod';
import { requireCan } from '../auth/session.ts';
import type { Deps } from '../infra/deps.ts';
import { ANALYSIS_PARTS, presentAnalysis } from './present.ts';

export interface AnalysisQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly studyUid?: string | undefined;
  readonly status?: readonly AnalysisStatus[] | undefined;
  readonly modality?: readonly string[] | undefined;
  /** Queued at or after, ms since epoch. */
  readonly since?: number | undefined;
}

export interface AnalysisPage {
  readonly items: readonly AnalysisView[];
  readonly nextCursor: string | null;
}

const cursorSchema = z.tuple([z.number().int(), z.uuid()]);

/** Analyses of the member's hospital, newest first, history included. Throws `bad-input` for a cursor of none of ours. */
export async function listAnalyses(deps: Deps, member: Member, query: AnalysisQuery): Promise<AnalysisPage> {
  requireCan(member, 'study.view', member.organisation);
  const { client } = await deps.hospital(member.organisation);
  const rows = await client.imageAnalysis.findMany({
    where: { AND: [filters(query), afterCursor(query.cursor)] },
    include: ANALYSIS_PARTS,
    orderBy: [{ queuedAt: 'desc' }, { id: 'desc' }],
    take: query.limit + 1,
  });
  const shown = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? shown.at(-1) : undefined;
  return { items: shown.map(presentAnalysis), nextCursor: last ? encodeCursor(last.queuedAt, last.id) : null };
}

/** Throws `not-found`, also for an id of another hospital. */
export async function getAnalysis(deps: Deps, member: Member, id: string): Promise<AnalysisView> {
  requireCan(member, 'study.view', member.organisation);
  const { client } = await deps.hospital(member.organisation);
  const row = await client.imageAnalysis.findUnique({ where: { id }, include: ANALYSIS_PARTS });
  if (!row) throw new AppError('not-found', { class: 'permanent', message: 'There is no such analysis here.' });
  return presentAnalysis(row);
}

function filters({ studyUid, status, modality, since }: AnalysisQuery): HospitalPrisma.ImageAnalysisWhereInput {
  const study = { ...(studyUid === undefined ? {} : { studyUid }), ...(modality === undefined ? {} : { modality: { in: [...modality] } }) };
  return {
    study,
    ...(status === undefined ? {} : { status: { in: [...status] } }),
    ...(since === undefined ? {} : { queuedAt: { gte: new Date(since) } }),
  };
}

function afterCursor(cursor: string | undefined): HospitalPrisma.ImageAnalysisWhereInput {
  if (cursor === undefined) return {};
  const [queuedMs, id] = decodeCursor(cursor);
  const queuedAt = new Date(queuedMs);
  return { OR: [{ queuedAt: { lt: queuedAt } }, { queuedAt, id: { lt: id } }] };
}

function encodeCursor(queuedAt: Date, id: string): string {
  return Buffer.from(JSON.stringify([queuedAt.getTime(), id])).toString('base64url');
}

function decodeCursor(cursor: string): z.infer<typeof cursorSchema> {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (cause) {
    throw new AppError('bad-input', { class: 'permanent', message: 'This cursor is none of ours: send back `nextCursor` of the page before, unchanged, or none for the first page.', cause });
  }
}
