import { createHash } from 'node:crypto';
import type { Hospital, HospitalPrisma } from '@readroom/db';
import type { Member } from '@readroom/shared/access/can';
import { complianceCsv } from '@readroom/shared/alert/compliance-csv';
import type { SealedReport } from '@readroom/shared/alert/compliance-csv';
import { complianceOf } from '@readroom/shared/alert/compliance';
import type { ResultFacts } from '@readroom/shared/alert/compliance';
import type { PolicyVersion } from '@readroom/shared/alert/escalation-policy';
import { communicationSchema } from '@readroom/shared/alert/communication';
import { HOUR_MS } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import { severitySchema } from '@readroom/shared/finding/finding';
import { z } from 'zod';
import { audit, by } from '../../audit/audit.ts';
import { chainHead } from '../../audit/seal.ts';
import { requireCan } from '../../auth/session.ts';
import type { Deps } from '../../infra/deps.ts';
import { recordOf } from '../communication/stored.ts';
import { versionOf } from '../escalation/policies.ts';

const MAX_PERIOD_MS = 400 * 24 * HOUR_MS;
const MAX_ALERTS = 100_000;
const PAGE = 1_000;

export const periodSchema = z.object({ from: z.number().int(), until: z.number().int() });
export type Period = z.infer<typeof periodSchema>;

/** What is read of an alert: nothing that says whose it is. */
const FACTS = {
  id: true, severity: true, label: true, raisedAt: true, acknowledgedAt: true, policyVersion: true,
  communications: { orderBy: [{ recordedAt: 'asc' }, { id: 'asc' }] },
  study: { select: { institution: true } },
} satisfies HospitalPrisma.AlertSelect;
type FactsRow = HospitalPrisma.AlertGetPayload<{ select: typeof FACTS }>;

/**
 * AL11: how the alerts raised in the period were acknowledged and communicated, with the audit chain's head. Looking is audited.
 * Throws `forbidden`, and `bad-input` for a period that is none, longer than 400 days or holds more than 100,000 alerts.
 */
export async function complianceReport(deps: Deps, member: Member, period: Period): Promise<SealedReport> {
  const { sealed, hospital } = await make(deps, member, period);
  await audit(hospital.client, { ...by(member), action: 'alert.report', subject: { ...period, alerts: sealed.report.total.alerts } });
  return sealed;
}

/** The same as a CSV file. The audit keeps the file's hash, so that a copy can be shown to be the one that was made. */
export async function exportCompliance(deps: Deps, member: Member, period: Period): Promise<{ csv: string; sha256: string }> {
  const { sealed, hospital } = await make(deps, member, period);
  const csv = complianceCsv(sealed);
  const sha256 = createHash('sha256').update(csv).digest('hex');
  await audit(hospital.client, { ...by(member), action: 'alert.report-export', subject: { ...period, alerts: sealed.report.total.alerts, headSeq: sealed.head.seq, headHash: sealed.head.hash, sha256 } });
  return { csv, sha256 };
}

async function make(deps: Deps, member: Member, period: Period): Promise<{ sealed: SealedReport; hospital: Hospital }> {
  requireCan(member, 'alert.report', member.organisation);
  refuseBad(period);
  const hospital = await deps.hospital(member.organisation);
  const { name } = await deps.control.organisation.findUniqueOrThrow({ where: { id: member.organisation }, select: { name: true } });
  const { timeZone } = await hospital.client.hospitalState.findUniqueOrThrow({ where: { id: 1 }, select: { timeZone: true } });
  const policies = await policiesOf(hospital, period);
  const facts = await readFacts(hospital, period, new Map(policies.map((one) => [one.version, one])));
  const head = await chainHead(deps.pool, hospital.schema);
  const madeAt = deps.clock();
  return { hospital, sealed: { hospital: name, ...period, madeAt, madeBy: member.name, timeZone, head, policies, report: complianceOf(facts, timeZone, madeAt) } };
}

function refuseBad({ from, until }: Period): void {
  if (until <= from) throw new AppError('bad-input', { class: 'permanent', message: 'The period ends before it begins. Choose a later last day.' });
  if (until - from > MAX_PERIOD_MS) throw new AppError('bad-input', { class: 'permanent', message: 'The period is longer than 400 days. Choose a shorter one.' });
}

/** The policies of the alerts of the period, the newest first; of a period without alerts none. */
async function policiesOf({ client }: Hospital, { from, until }: Period): Promise<PolicyVersion[]> {
  const raisedAt = { gte: new Date(from), lt: new Date(until) };
  return (await client.escalationPolicy.findMany({ where: { alerts: { some: { raisedAt } } }, orderBy: { version: 'desc' } })).map(versionOf);
}

async function readFacts({ client }: Hospital, { from, until }: Period, policies: ReadonlyMap<number, PolicyVersion>): Promise<ResultFacts[]> {
  const facts: ResultFacts[] = [];
  for (let after: FactsRow | null = null; ; ) {
    const since: HospitalPrisma.AlertWhereInput = after === null ? {} : { OR: [{ raisedAt: { gt: after.raisedAt } }, { raisedAt: after.raisedAt, id: { gt: after.id } }] };
    const page: FactsRow[] = await client.alert.findMany({ where: { AND: [{ raisedAt: { gte: new Date(from), lt: new Date(until) } }, since] }, orderBy: [{ raisedAt: 'asc' }, { id: 'asc' }], take: PAGE, select: FACTS });
    facts.push(...page.flatMap((row) => factsOf(row, policies.get(row.policyVersion)) ?? []));
    if (facts.length > MAX_ALERTS) throw new AppError('bad-input', { class: 'permanent', message: 'The period holds more than 100,000 alerts. Choose a shorter one.' });
    const last = page.at(-1);
    if (!last || page.length < PAGE) return facts;
    after = last;
  }
}

/** Null for one raised since the policies were read: it belongs to the next report. */
function factsOf(row: FactsRow, inForce: PolicyVersion | undefined): ResultFacts | null {
  if (inForce === undefined) return null;
  const { label, raisedAt, acknowledgedAt, communications, study } = row;
  const severity = severitySchema.parse(row.severity);
  return {
    severity, limit: inForce.policy[severity], site: study.institution, finding: label, raisedAt: raisedAt.getTime(), acknowledgedAt: acknowledgedAt?.getTime() ?? null,
    communications: communications.map((record) => communicationSchema.parse(recordOf(record))),
  };
}
