import type { Member } from '@readroom/shared/access/can';
import type { Alert } from '@readroom/shared/alert/alert';
import { audit, by } from '../audit/audit.ts';
import { auditOnceAnHour } from '../audit/once-an-hour.ts';
import { requireCan } from '../auth/session.ts';
import type { Deps } from '../infra/deps.ts';
import { ALERT_PARTS, toAlert } from './alert-view.ts';

/** More open alerts than this is a department in trouble: the worst and oldest are shown, the counts say the rest. */
const OPEN_LIMIT = 500;
const SEVERITY_ORDER = { critical: 0, urgent: 1, routine: 2 } as const;

/**
 * Every open alert, the worst first and the oldest of those first; after them the critical ones somebody has taken and nobody
 * has communicated yet (AL9). The look is audited once an hour.
 */
export async function openAlerts(deps: Deps, member: Member): Promise<Alert[]> {
  requireCan(member, 'alert.view', member.organisation);
  const hospital = await deps.hospital(member.organisation);
  const oldest = { orderBy: [{ raisedAt: 'asc' as const }, { id: 'asc' as const }], take: OPEN_LIMIT, include: ALERT_PARTS };
  const open = await hospital.client.alert.findMany({ where: { state: 'open' }, ...oldest });
  const awaiting = await hospital.client.alert.findMany({ where: { state: 'acknowledged', severity: 'critical' }, ...oldest });
  await auditOnceAnHour(deps, hospital, member, 'alert.view');
  const worst = open.map((row) => toAlert(member.organisation, row)).sort((a, b) => SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity]);
  return [...worst, ...awaiting.map((row) => toAlert(member.organisation, row))];
}

/** More alerts than this no study has: an alert is one a finding and side. */
const STUDY_LIMIT = 100;

/** Every alert of one study, the newest first. The look is audited. */
export async function alertsOfStudy(deps: Deps, member: Member, studyId: string): Promise<Alert[]> {
  requireCan(member, 'alert.view', member.organisation);
  const { client } = await deps.hospital(member.organisation);
  const rows = await client.alert.findMany({ where: { studyId }, orderBy: [{ raisedAt: 'desc' }, { id: 'desc' }], take: STUDY_LIMIT, include: ALERT_PARTS });
  await audit(client, { ...by(member), action: 'alert.list', subject: { studyId, shown: rows.length } });
  return rows.map((row) => toAlert(member.organisation, row));
}

export interface AlertFinding {
  readonly code: string;
  readonly label: string;
}

/** The findings that ever raised an alert here, by label: what the history can be filtered by. Nothing of a patient. */
export async function alertFindings(deps: Deps, member: Member): Promise<AlertFinding[]> {
  requireCan(member, 'alert.view', member.organisation);
  const { client } = await deps.hospital(member.organisation);
  const found = await client.alert.groupBy({ by: ['findingCode'], _min: { label: true } });
  return found.map(({ findingCode, _min }) => ({ code: findingCode, label: _min.label ?? findingCode })).sort((a, b) => (a.label < b.label ? -1 : 1));
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
