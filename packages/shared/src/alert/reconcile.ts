import type { AnalysisRole, AnalysisStatus } from '../finding/analysis.ts';
import type { Severity, Side } from '../finding/finding.ts';
import { answeredFindings } from '../priority/counted.ts';

export interface AlertFinding {
  readonly id: string;
  readonly code: string;
  readonly label: string;
  readonly side: Side | null;
  readonly severity: Severity;
  readonly confidence: number;
  /** Above the model's alert threshold, which is apart from what earns a place in the list (AL8). */
  readonly alert: boolean;
  /** A radiologist said it is not there. */
  readonly refused: boolean;
}

export interface AlertAnalysis {
  readonly modelId: string;
  readonly role: AnalysisRole;
  readonly status: AnalysisStatus;
  readonly live: boolean;
  readonly findings: readonly AlertFinding[];
}

/** AL8: what makes two alerts of one study the same alert. `none` where the finding has no side. */
export interface AlertIdentity {
  readonly code: string;
  readonly side: Side | 'none';
}

/** An alert as the findings of the moment want it. */
export type AlertDraft = AlertIdentity & Pick<AlertFinding, 'id' | 'label' | 'severity' | 'confidence'>;

export function identityKey({ code, side }: AlertIdentity): string {
  return `${code}|${side}`;
}

/** Urgent and critical findings above their alert threshold call somebody; routine ones never do, nor refused or shadow ones (PR9). */
export function alertsOf(analyses: readonly AlertAnalysis[]): AlertDraft[] {
  const calling = answeredFindings(analyses).filter((finding) => finding.alert && finding.severity !== 'routine' && !finding.refused);
  const keys = new Set(calling.map((finding) => identityKey(draftOf(finding))));
  return presentDrafts(analyses).filter((draft) => keys.has(identityKey(draft)));
}

/** One draft an identity: the worst finding speaks for it, one that nobody refused before one that somebody did. */
function presentDrafts(analyses: readonly AlertAnalysis[]): AlertDraft[] {
  const findings = answeredFindings(analyses);
  const drafts = new Map<string, AlertDraft>();
  for (const finding of [...findings.filter(({ refused }) => !refused), ...findings.filter(({ refused }) => refused)]) {
    const draft = draftOf(finding);
    if (!drafts.has(identityKey(draft))) drafts.set(identityKey(draft), draft);
  }
  return [...drafts.values()];
}

function draftOf({ id, code, side, label, severity, confidence }: AlertFinding): AlertDraft {
  return { id, code, side: side ?? 'none', label, severity, confidence };
}

export interface ExistingAlert extends AlertIdentity {
  readonly alertId: string;
  readonly findingId: string;
  readonly label: string;
  readonly severity: Severity;
  readonly confidence: number;
  readonly withdrawn: boolean;
}

export interface Reconciliation {
  /** New identities: these ring. */
  readonly raise: readonly AlertDraft[];
  /** The same alert with newer words: silent, whatever its state. */
  readonly update: readonly { readonly alertId: string; readonly draft: AlertDraft }[];
  /** The finding is gone: marked, still open for a look, silent. */
  readonly withdraw: readonly string[];
}

/**
 * AL8: what the findings of a new revision do to the alerts a study has. An alert is withdrawn only when no counted finding of
 * its identity is left: one that fell below the alert threshold, or that a person refused, is still there to be looked at.
 */
export function reconcileAlerts(existing: readonly ExistingAlert[], analyses: readonly AlertAnalysis[]): Reconciliation {
  const known = new Map(existing.map((alert) => [identityKey(alert), alert]));
  const here = new Map(presentDrafts(analyses).map((draft) => [identityKey(draft), draft]));
  const update = existing.flatMap((alert) => {
    const draft = here.get(identityKey(alert));
    return draft && differs(alert, draft) ? [{ alertId: alert.alertId, draft }] : [];
  });
  return {
    raise: alertsOf(analyses).filter((draft) => !known.has(identityKey(draft))),
    update,
    withdraw: existing.filter((alert) => !alert.withdrawn && !here.has(identityKey(alert))).map((alert) => alert.alertId),
  };
}

function differs(alert: ExistingAlert, draft: AlertDraft): boolean {
  return (
    alert.withdrawn ||
    alert.findingId !== draft.id ||
    alert.label !== draft.label ||
    alert.severity !== draft.severity ||
    alert.confidence !== draft.confidence
  );
}
