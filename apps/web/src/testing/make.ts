import { alertLevelSchema, type Alert } from '@readroom/shared/alert/alert';
import type { AnalysisView, FindingView } from '@readroom/shared/finding/analysis-view';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import type { Series } from '@readroom/shared/study/study';
import type { Me } from '../lib/contract.ts';

/** Fixed, so that texts can be written out: 24 Nov 2026 12:00 UTC. */
export const NOON = Date.UTC(2026, 10, 24, 12, 0, 0);

export function uuid(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

export function makeItem(n: number, over: Partial<WorklistItem> = {}): WorklistItem {
  return {
    studyUid: `1.2.3.${n}`,
    studyId: uuid(n),
    patientName: { alphabetic: `Patient${n}^Test` },
    patientId: `MRN${n}`,
    birthDate: '1956-04-03',
    sex: 'F',
    accessionNumber: `ACC${n}`,
    modality: 'CR',
    bodyPart: 'CHEST',
    description: `Chest ${n}`,
    institution: 'North',
    class: 'inpatient',
    synthetic: false,
    receivedAt: NOON - n * 60_000,
    studyDateTime: '2026-11-24T11:00:00',
    arrival: 'complete',
    imageCount: 2,
    tier: 2,
    sortKey: NOON + n * 60_000,
    dueAt: NOON + 4 * 3_600_000,
    reasons: [
      { code: 'arrival', text: 'Arrived', ms: NOON, minutes: NOON / 60_000 },
      { code: 'ai.clear', text: 'AI: nothing found', ms: n * 60_000, minutes: n },
    ],
    ai: 'clear',
    topFinding: null,
    analyses: [{ id: uuid(1000 + n), modelId: 'cxr', version: '1.0.0', role: 'active', status: 'final', reason: null }],
    openAlerts: 0,
    override: null,
    overdueAt: null,
    aside: null,
    status: 'unread',
    assignedTo: null,
    revision: 1,
    ...over,
  };
}

export function makeCritical(n: number, over: Partial<WorklistItem> = {}): WorklistItem {
  return makeItem(n, { tier: 0, ai: 'critical', modality: 'CT', bodyPart: 'HEAD', description: `CT head ${n}`, topFinding: { id: `f${n}`, label: 'Intracranial haemorrhage', severity: 'critical', confidence: 0.93, uncertainty: 0.03 }, openAlerts: 1, ...over });
}

/** Every rung up to its level was called, nobody by name. */
export function makeAlert(n: number, over: Partial<Alert> = {}): Alert {
  const levels = alertLevelSchema.options.slice(0, alertLevelSchema.options.indexOf(over.level ?? 'primary') + 1);
  return {
    id: uuid(5000 + n),
    studyUid: `1.2.3.${n}`,
    studyId: uuid(n),
    organisation: 'org',
    findingCode: 'intracranial-haemorrhage',
    findingId: `f${n}`,
    label: 'Intracranial haemorrhage',
    side: null,
    severity: 'critical',
    confidence: 0.93,
    state: 'open',
    level: 'primary',
    withdrawn: false,
    patientName: { alphabetic: `Patient${n}^Test` },
    patientId: `MRN${n}`,
    birthDate: '1956-04-03',
    modality: 'CT',
    description: 'CT head',
    synthetic: false,
    raisedAt: NOON + n,
    acknowledgedBy: null,
    acknowledgedAt: null,
    communications: [],
    calls: levels.map((level) => ({ name: level, level, at: NOON + n, asked: null })),
    proof: [],
    revision: 1,
    ...over,
  };
}

export function makeFinding(over: Partial<FindingView> = {}): FindingView {
  return {
    id: 'f1',
    code: 'intracranial-haemorrhage',
    label: 'Intracranial haemorrhage',
    side: 'left',
    severity: 'critical',
    confidence: 0.93,
    uncertainty: 0.03,
    alert: true,
    sopInstanceUid: '1.2.3.1.1.2',
    sliceIndex: 1,
    marks: [{ kind: 'box', sopInstanceUid: '1.2.3.1.1.2', frameNumber: 1, sliceIndex: 1, box: { x: 10, y: 20, width: 30, height: 40 }, confidence: 0.9 }],
    feedback: null,
    ...over,
  };
}

export function makeAnalysis(over: Partial<AnalysisView> = {}): AnalysisView {
  return {
    id: uuid(9000),
    studyUid: '1.2.3.1',
    seriesUid: '1.2.3.1.1',
    status: 'final',
    role: 'active',
    modality: 'CT',
    model: { id: 'head_ct', version: '1.0.0' },
    provider: 'cpu',
    reason: null,
    live: true,
    findings: [makeFinding()],
    scores: [],
    quality: null,
    timings: null,
    instanceCount: 3,
    queuedAt: '2026-11-24T12:00:00.000Z',
    completedAt: '2026-11-24T12:00:01.000Z',
    ...over,
  };
}

export function makeSeries(n: number, instances = 3, over: Partial<Series> = {}): Series {
  return {
    seriesUid: `1.2.3.1.${n}`,
    seriesNumber: n,
    modality: 'CT',
    description: `Series ${n}`,
    bodyPart: 'HEAD',
    instances: Array.from({ length: instances }, (_, index) => ({
      sopInstanceUid: `1.2.3.1.${n}.${index + 1}`,
      sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
      transferSyntaxUid: '1.2.840.10008.1.2.1',
      instanceNumber: index + 1,
      frames: 1,
      rows: 512,
      columns: 512,
    })),
    ...over,
  };
}

export function makeMe(role: Me['memberships'][number]['role'] = 'attending'): Me {
  return { user: { id: 'me', name: 'Dr Attending', email: 'attending@demo.readroom.test' }, memberships: [{ organisation: 'org', organisationName: 'Demo hospital', role, demo: true }] };
}
