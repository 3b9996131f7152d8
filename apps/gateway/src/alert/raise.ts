import type { HospitalTx } from '@readroom/db';
import type { AlertEventMessage } from '@readroom/shared/alert/alert';
import { analysisRoleSchema, analysisStatusSchema } from '@readroom/shared/finding/analysis';
import { severitySchema, sideSchema } from '@readroom/shared/finding/finding';
import { reconcileAlerts } from '@readroom/shared/alert/reconcile';
import type { AlertAnalysis, AlertDraft, ExistingAlert } from '@readroom/shared/alert/reconcile';
import { audit } from '../audit/audit.ts';
import type { Deps } from '../infra/deps.ts';
import { ALERT_PARTS, EVENT, silent, withStep } from './alert-view.ts';
import { takenAtPage } from './hospital-page/taken.ts';
import { newestVersion } from './escalation/policies.ts';
import { queueNotifications } from './notify/queue.ts';
import { askedFor } from './on-call/asked.ts';

export interface Raising {
  readonly organisation: string;
  readonly studyId: string;
  /** The hospital's revision this transaction took (`nextRevision`); it becomes the alerts' own. */
  readonly revision: bigint;
  /** Gateway clock, ms since epoch. */
  readonly now: number;
}

/**
 * AL1, AL8: brings the study's alerts into line with the findings it has now, in the transaction that changed them. The caller
 * holds the hospital's revision lock, so two ingests of one study cannot both raise. Answers what to emit once it is committed.
 */
export async function raiseAlerts(tx: HospitalTx, deps: Deps, raising: Raising): Promise<AlertEventMessage[]> {
  const existing = await tx.alert.findMany({ where: { studyId: raising.studyId } });
  const { raise, update, withdraw } = reconcileAlerts(existing.map(existingAlert), await analysesOf(tx, raising.studyId));
  const raised: string[] = [];
  for (const draft of raise) raised.push(await insertAlert(tx, deps, raising, draft));
  for (const { alertId, draft } of update) await updateAlert(tx, deps, raising, alertId, draft);
  for (const alertId of withdraw) await withdrawAlert(tx, deps, raising, alertId);
  const changed = [...raised, ...update.map(({ alertId }) => alertId), ...withdraw];
  if (changed.length === 0) return [];
  const rows = await tx.alert.findMany({ where: { id: { in: changed } }, include: ALERT_PARTS });
  return rows.map((row) => (raised.includes(row.id) ? withStep(raising.organisation, row) : silent(raising.organisation, row)));
}

async function analysesOf(tx: HospitalTx, studyId: string): Promise<AlertAnalysis[]> {
  const rows = await tx.imageAnalysis.findMany({ where: { studyId, live: true }, include: { findings: true } });
  return rows.map((row) => ({
    modelId: row.modelId,
    role: analysisRoleSchema.parse(row.role),
    status: analysisStatusSchema.parse(row.status),
    live: row.live,
    findings: row.findings.map((finding) => ({
      id: finding.findingId,
      code: finding.code,
      label: finding.label,
      side: sideSchema.nullable().parse(finding.side),
      severity: severitySchema.parse(finding.severity),
      confidence: finding.confidence,
      alert: finding.alert,
      refused: finding.feedback === 'refuse',
    })),
  }));
}

type StoredAlert = Awaited<ReturnType<HospitalTx['alert']['findMany']>>[number];

function existingAlert(row: StoredAlert): ExistingAlert {
  const { id, findingCode, side, findingId, label, severity, confidence, withdrawn } = row;
  return {
    alertId: id, code: findingCode, side: side === 'none' ? 'none' : sideSchema.parse(side), findingId, label, severity: severitySchema.parse(severity), confidence, withdrawn,
  };
}

async function insertAlert(tx: HospitalTx, deps: Deps, { organisation, studyId, revision, now }: Raising, draft: AlertDraft): Promise<string> {
  const { makeId } = deps;
  const id = makeId();
  const at = new Date(now);
  const { code, side, label, severity, confidence } = draft;
  await tx.alert.create({ data: { id, studyId, findingCode: code, side, findingId: draft.id, label, severity, confidence, raisedAt: at, revision, policyVersion: await newestVersion(tx) } });
  await tx.alertEvent.create({ data: { id: makeId(), alertId: id, key: EVENT.raised, step: EVENT.raised, at } });
  await audit(tx, { actor: 'system', role: 'system', action: 'alert.raise', subject: { alertId: id, studyId, findingCode: code, side, severity } });
  // AL7: whoever took it at the hospital's own page is not called again.
  if (await takenAtPage(tx, deps, { organisation, alertId: id, now })) return id;
  const asked = await askedFor(tx, deps, { organisation, studyId, level: 'primary', at: now });
  await tx.alertEvent.create({ data: { id: makeId(), alertId: id, key: 'primary', step: EVENT.escalated, at, detail: { revision: Number(revision), asked } } });
  await queueNotifications(tx, deps, { organisation, alertId: id, name: 'primary', asked, now });
  return id;
}

async function updateAlert(tx: HospitalTx, { makeId }: Deps, { revision, now }: Raising, alertId: string, draft: AlertDraft): Promise<void> {
  const { label, severity, confidence } = draft;
  await tx.alert.update({ where: { id: alertId }, data: { findingId: draft.id, label, severity, confidence, withdrawn: false, revision } });
  await tx.alertEvent.create({ data: { id: makeId(), alertId, key: `${EVENT.revised}:${revision}`, step: EVENT.revised, at: new Date(now), detail: { confidence, severity } } });
}

async function withdrawAlert(tx: HospitalTx, { makeId }: Deps, { revision, now }: Raising, alertId: string): Promise<void> {
  await tx.alert.update({ where: { id: alertId }, data: { withdrawn: true, revision } });
  await tx.alertEvent.create({ data: { id: makeId(), alertId, key: `${EVENT.withdrawn}:${revision}`, step: EVENT.withdrawn, at: new Date(now) } });
  await audit(tx, { actor: 'system', role: 'system', action: 'alert.withdraw', subject: { alertId } });
}
