import { identityKey, reconcileAlerts } from '@readroom/shared/alert/reconcile';
import type { EdgeUpBody } from '@readroom/shared/wire/edge-up';
import { identityOf } from '../outbox/identity.ts';
import { noteOf, withResult } from './note.ts';
import type { ResultNote } from './note.ts';
import type { LanRecord } from './record.ts';

type Analysed = Extract<EdgeUpBody, { type: 'study-analysed' }>;

/** Keeps what is about to be queued, all or nothing. `now`: edge clock, ms since epoch. */
export function noteBody(record: LanRecord, body: EdgeUpBody, now: number): void {
  if (body.type !== 'study-received' && body.type !== 'study-analysed') return;
  const { studyUid } = body.study;
  record.together(() => {
    const before = record.study(studyUid)?.results ?? [];
    const results = body.type === 'study-analysed' ? withResult(before, body.analysis) : before;
    record.putStudy(studyUid, noteOf(body.study, results));
    if (body.type === 'study-analysed') reconcile(record, body, results, now);
  });
}

/** The message is in the outbox: the gateway has what it carries once it is there no more. */
export function noteQueued(record: LanRecord, body: EdgeUpBody): void {
  if (body.type !== 'study-analysed') return;
  const message = identityOf(body);
  for (const alert of record.alertsOf(body.study.studyUid)) if (alert.message === message && !alert.queued) record.putAlert({ ...alert, queued: true });
}

/** AL8, by the gateway's own rule; what is new and critical is watched from now on. */
function reconcile(record: LanRecord, body: Analysed, results: readonly ResultNote[], now: number): void {
  const { studyUid } = body.study;
  const message = identityOf(body);
  const known = record.alertsOf(studyUid);
  const analyses = results.map((result) => ({ ...result, live: true, findings: result.findings.map((finding) => ({ ...finding, refused: false })) }));
  const { raise, update, withdraw } = reconcileAlerts(known.map((alert) => ({ ...alert, alertId: identityKey(alert) })), analyses);
  for (const { id: findingId, label, severity, confidence, code, side } of raise.filter((draft) => draft.severity === 'critical')) {
    record.putAlert({ studyUid, code, side, message, queued: false, emittedAt: now, deliveredAt: null, raisedAt: null, told: true, findingId, label, severity, confidence, withdrawn: false, acknowledgement: null, communication: null });
  }
  for (const alert of known) {
    const draft = update.find(({ alertId }) => alertId === identityKey(alert))?.draft;
    const isGone = withdraw.includes(identityKey(alert));
    // One whose first message never reached the outbox is carried by this one.
    const carried = alert.queued ? alert.message : message;
    if (draft) record.putAlert({ ...alert, message: carried, findingId: draft.id, label: draft.label, severity: draft.severity, confidence: draft.confidence, withdrawn: false });
    else if (isGone || carried !== alert.message) record.putAlert({ ...alert, message: carried, withdrawn: alert.withdrawn || isGone });
  }
}
