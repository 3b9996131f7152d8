import { canonicalJson } from '../canonical-json.ts';
import type { EdgeUpBody } from '../wire/edge-up.ts';

/** A study nobody has: a UUID made for it, as PS3.5 annex B.2 writes one. */
export const CANARY_STUDY_UID = '2.25.146434488863526439437164644665741953569';
const SERIES_UID = `${CANARY_STUDY_UID}.1`;
const IMAGE_UID = `${CANARY_STUDY_UID}.1.1`;

type Analysed = Extract<EdgeUpBody, { type: 'study-analysed' }>;

/**
 * AL6: what a node says when it is asked for a canary: a critical finding as a model's own, of no patient. `token` is the
 * gateway's (64 characters, known to nobody else), `at` the edge clock, ms since epoch.
 */
export function canaryResult(token: string, at: number): Analysed {
  return {
    type: 'study-analysed',
    study: {
      studyUid: CANARY_STUDY_UID,
      patient: { id: 'READROOM-CANARY', issuer: '', name: { alphabetic: 'READROOM^CANARY' }, birthDate: null, sex: null },
      accessionNumber: '', description: 'Alert path canary: no patient', modality: 'OT', bodyPart: '', studyDateTime: null, referringPhysician: '', institution: '',
      studyClass: 'stat', synthetic: true, callingAeTitle: 'CANARY', receivedAt: at, lastInstanceAt: at, state: 'complete',
      series: [{ seriesUid: SERIES_UID, seriesNumber: 1, modality: 'OT', description: '', bodyPart: '', instances: [] }],
    },
    analysis: {
      studyUid: CANARY_STUDY_UID, seriesUid: SERIES_UID, evidence: token, instanceCount: 0, model: { id: 'readroom-canary', version: '1', sha256: '0'.repeat(64) },
      role: 'active', status: 'final', reason: null, provider: null,
      findings: [{ id: 'canary', code: 'alert-path-canary', label: 'Alert path canary', side: null, severity: 'critical', confidence: 1, uncertainty: null, alert: true, sopInstanceUid: IMAGE_UID, sliceIndex: 0, marks: [] }],
      scores: [], quality: null, timings: null, completedAt: at,
    },
  };
}

/**
 * AL6: whether this is, to the last byte but its time, the canary of that token. Nothing in a message says of itself that it is
 * one: whatever else a node sends, under whichever name, is a real result.
 */
export function isCanaryResult(body: EdgeUpBody, token: string): boolean {
  return body.type === 'study-analysed' && canonicalJson(body) === canonicalJson(canaryResult(token, body.study.receivedAt));
}
