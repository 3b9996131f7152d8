import type { AnalysisResult } from '@readroom/shared/finding/analysis';
import type { Finding } from '@readroom/shared/finding/finding';
import type { StudySnapshot } from '@readroom/shared/study/study';
import type { EdgeUpBody } from '@readroom/shared/wire/edge-up';

/** A small synthetic study, valid on the wire. */
export function snapshot(studyUid: string, changes: Partial<StudySnapshot> = {}): StudySnapshot {
  return {
    studyUid,
    patient: { id: 'SYN-1', issuer: '', name: { alphabetic: 'SYNTHETIC^Case' }, birthDate: '1960-02-03', sex: 'F' },
    accessionNumber: 'A-1',
    description: 'Head without contrast',
    modality: 'CT',
    bodyPart: 'HEAD',
    studyDateTime: null,
    referringPhysician: '',
    institution: 'Test',
    studyClass: null,
    synthetic: true,
    callingAeTitle: 'TEST',
    receivedAt: 1_750_000_000_000,
    lastInstanceAt: 1_750_000_000_000,
    state: 'complete',
    series: [seriesOf(studyUid, 2)],
    ...changes,
  };
}

export function seriesOf(studyUid: string, images: number): StudySnapshot['series'][number] {
  const instances = Array.from({ length: images }, (_, n) => ({
    sopInstanceUid: `${studyUid}.1.${n + 1}`, sopClassUid: '1.2.840.10008.5.1.4.1.1.2', transferSyntaxUid: '1.2.840.10008.1.2.1', instanceNumber: n + 1, frames: 1, rows: 512, columns: 512,
  }));
  return { seriesUid: `${studyUid}.1`, seriesNumber: 1, modality: 'CT', description: 'Axial', bodyPart: 'HEAD', instances };
}

export function bleed(studyUid: string, changes: Partial<Finding> = {}): Finding {
  const sopInstanceUid = `${studyUid}.1.1`;
  return {
    id: `${studyUid}-ich`, code: 'intracranial-haemorrhage', label: 'Intracranial haemorrhage', side: null, severity: 'critical', confidence: 0.97, uncertainty: 0.02, alert: true, sopInstanceUid, sliceIndex: 0,
    marks: [{ kind: 'box', sopInstanceUid, frameNumber: 1, sliceIndex: 0, box: { x: 10, y: 20, width: 30, height: 40 }, confidence: 0.97 }],
    ...changes,
  };
}

export function received(studyUid: string, changes: Partial<StudySnapshot> = {}): Extract<EdgeUpBody, { type: 'study-received' }> {
  return { type: 'study-received', study: snapshot(studyUid, changes) };
}

/** A final head CT result with one critical finding, unless told otherwise. */
export function analysed(studyUid: string, changes: Partial<AnalysisResult> = {}, study: Partial<StudySnapshot> = {}): EdgeUpBody {
  const analysis: AnalysisResult = {
    studyUid,
    seriesUid: `${studyUid}.1`,
    evidence: 'e'.repeat(64),
    instanceCount: 2,
    model: { id: 'head_ct', version: '1.0.0', sha256: 'a'.repeat(64) },
    role: 'active',
    status: 'final',
    reason: null,
    provider: 'cpu',
    findings: [bleed(studyUid)],
    scores: [{ code: 'intracranial-haemorrhage', confidence: 0.97, sopInstanceUid: `${studyUid}.1.1`, sliceIndex: 0 }],
    quality: { score: 0.9, warnings: [] },
    timings: { queuedMs: 1, decodeMs: 2, preprocessMs: 3, inferenceMs: 4, totalMs: 10 },
    completedAt: 1_750_000_001_000,
    ...changes,
  };
  return { type: 'study-analysed', study: snapshot(studyUid, study), analysis };
}
