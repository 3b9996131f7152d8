import type { AnalysisResult } from '@readroom/shared/finding/analysis';
import type { Finding } from '@readroom/shared/finding/finding';
import type { StudySnapshot } from '@readroom/shared/study/study';
import type { EdgeUpBody } from '@readroom/shared/wire/edge-up';

/** A small synthetic study: enough to be valid on the wire. */
export function snapshot(studyUid: string, changes: Partial<StudySnapshot> = {}): StudySnapshot {
  return {
    studyUid,
    patient: { id: 'SYN-1', issuer: '', name: { alphabetic: 'SYNTHETIC^Case' }, birthDate: null, sex: null },
    accessionNumber: '',
    description: 'Chest PA',
    modality: 'CR',
    bodyPart: 'CHEST',
    studyDateTime: null,
    referringPhysician: '',
    institution: '',
    studyClass: null,
    synthetic: true,
    callingAeTitle: 'TEST',
    receivedAt: 1_000,
    lastInstanceAt: 1_000,
    state: 'complete',
    series: [],
    ...changes,
  };
}

export function received(studyUid: string, changes: Partial<StudySnapshot> = {}): Extract<EdgeUpBody, { type: 'study-received' }> {
  return { type: 'study-received', study: snapshot(studyUid, changes) };
}

export const FINDING: Finding = {
  id: 'f1',
  code: 'pneumonia',
  label: 'Pneumonia',
  side: null,
  severity: 'urgent',
  confidence: 0.8,
  uncertainty: null,
  alert: false,
  sopInstanceUid: '1.2.3',
  sliceIndex: 0,
  marks: [],
};

export function analysed(studyUid: string, changes: Partial<AnalysisResult> = {}, study: Partial<StudySnapshot> = {}): EdgeUpBody {
  const analysis: AnalysisResult = {
    studyUid,
    seriesUid: null,
    evidence: 'e'.repeat(64),
    instanceCount: 1,
    model: { id: 'cxr', version: '1.0.0', sha256: 'a'.repeat(64) },
    role: 'active',
    status: 'final',
    reason: null,
    provider: 'cpu',
    findings: [],
    scores: [],
    quality: null,
    timings: null,
    completedAt: 2_000,
    ...changes,
  };
  return { type: 'study-analysed', study: snapshot(studyUid, study), analysis };
}

/** Of a message about a study. */
export function studyUidIn(body: EdgeUpBody): string {
  if ('study' in body) return body.study.studyUid;
  throw new Error(`${body.type} is about no study`);
}

/** Of a message that carries one. */
export function snapshotIn(body: EdgeUpBody): StudySnapshot {
  if ('study' in body && 'state' in body.study) return body.study;
  throw new Error(`${body.type} carries no snapshot`);
}
