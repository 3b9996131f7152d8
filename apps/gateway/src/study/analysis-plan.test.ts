import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnalysisResult } from '@readroom/shared/finding/analysis';
import { ANY_MODEL, CANCELLED_BY_PERSON, planAnalysis, type LiveRow } from './analysis-plan.ts';

const EPOCH = '00000000-0000-4000-8000-00000000000a';
const said = (seq: number, nodeEpoch = EPOCH) => ({ nodeEpoch, seq });

function row(changes: Partial<LiveRow> = {}): LiveRow {
  return { id: 'a', modelId: 'head_ct', modelVersion: '1', evidence: 'e1', role: 'active', status: 'final', reasonCode: null, findingCount: 1, nodeEpoch: EPOCH, nodeSeq: 10n, ...changes };
}
const request = row({ id: 'r', modelVersion: '', evidence: 'request:r', status: 'queued', nodeEpoch: null, nodeSeq: null, findingCount: 0 });

function result(changes: Partial<AnalysisResult> = {}): AnalysisResult {
  return {
    studyUid: '1.2', seriesUid: null, evidence: 'e1', instanceCount: 1, model: { id: 'head_ct', version: '1', sha256: 'a'.repeat(64) }, role: 'active', status: 'final',
    reason: null, provider: 'cpu', findings: [], scores: [], quality: null, timings: null, completedAt: 1, ...changes,
  };
}

describe('one live row for study, model, version and evidence', () => {
  test('the first result makes a row; the same evidence again goes into it; older words change nothing', () => {
    expect(planAnalysis([], result(), said(1))).toEqual({ kind: 'write', row: null, retire: [] });
    expect(planAnalysis([row()], result(), said(11))).toEqual({ kind: 'write', row: row(), retire: [] });
    expect(planAnalysis([row()], result(), said(10))).toEqual({ kind: 'nothing' });
    expect(planAnalysis([row()], result(), said(1, '00000000-0000-4000-8000-00000000000b'))).toMatchObject({ kind: 'write' });
  });

  test('an answer to newer evidence or by a newer version supersedes; a late one to older evidence is history', () => {
    expect(planAnalysis([row()], result({ evidence: 'e2' }), said(11))).toEqual({ kind: 'write', row: null, retire: [row()] });
    expect(planAnalysis([row()], result({ model: { id: 'head_ct', version: '2', sha256: '' } }), said(11))).toMatchObject({ retire: [row()] });
    expect(planAnalysis([row()], result({ evidence: 'e0' }), said(9))).toEqual({ kind: 'history' });
  });

  test('only an answer supersedes an answer: work under way and failures stand beside it', () => {
    for (const status of ['running', 'failed', 'refused', 'cancelled'] as const) {
      expect(planAnalysis([row()], result({ evidence: 'e2', status }), said(11))).toEqual({ kind: 'write', row: null, retire: [] });
      expect(planAnalysis([row()], result({ status }), said(11))).toEqual({ kind: 'nothing' });
    }
    expect(planAnalysis([row({ status: 'running' })], result({ status: 'failed' }), said(11))).toMatchObject({ kind: 'write' });
  });

  test('a request is filled by the answer and retires what it asked about; until then nothing else moves', () => {
    expect(planAnalysis([row(), request], result({ status: 'running' }), said(11))).toEqual({ kind: 'progress', row: request });
    expect(planAnalysis([row(), request], result(), said(11))).toEqual({ kind: 'write', row: request, retire: [row()] });
    expect(planAnalysis([row(), request], result({ status: 'failed' }), said(11))).toEqual({ kind: 'progress', row: request });
    const open = { ...request, modelId: ANY_MODEL };
    expect(planAnalysis([open], result(), said(1))).toEqual({ kind: 'write', row: open, retire: [] });
  });

  test('[PR9] a result in shadow supersedes shadows only, answers no request and never takes the place of a result that counts', () => {
    const second = { model: { id: 'head_ct', version: '2', sha256: '' }, role: 'shadow' as const };
    const shadow = row({ id: 's', modelVersion: '2', role: 'shadow' });
    expect(planAnalysis([row(), request], result(second), said(11))).toEqual({ kind: 'write', row: null, retire: [] });
    expect(planAnalysis([row(), shadow], result({ ...second, evidence: 'e2' }), said(11))).toEqual({ kind: 'write', row: null, retire: [shadow] });
    expect(planAnalysis([row()], result({ role: 'shadow' }), said(11))).toEqual({ kind: 'nothing' });
    expect(planAnalysis([row({ nodeSeq: 12n }), shadow], result({ ...second, evidence: 'e0' }), said(11))).toMatchObject({ kind: 'write', retire: [shadow] });
    // Promoted: the same version now counts, and the one before it no longer does.
    expect(planAnalysis([row(), shadow], result({ ...second, role: 'active' }), said(11))).toEqual({ kind: 'write', row: shadow, retire: [row()] });
    expect(planAnalysis([shadow], result({ ...second, role: 'active', status: 'failed' }), said(11))).toEqual({ kind: 'write', row: shadow, retire: [] });
  });

  test('what a person cancelled stays cancelled until somebody asks again', () => {
    const cancelled = row({ status: 'cancelled', reasonCode: CANCELLED_BY_PERSON });
    expect(planAnalysis([cancelled], result(), said(11))).toEqual({ kind: 'nothing' });
    expect(planAnalysis([cancelled, request], result(), said(11))).toMatchObject({ kind: 'write', row: request });
  });
});

test('[ED2] results told in any order, any number of times, end at the last answer alone', () => {
  const arbResults = fc.uniqueArray(fc.record({ seq: fc.integer({ min: 1, max: 40 }), evidence: fc.constantFrom('e1', 'e2', 'e3') }), { selector: ({ seq }) => seq, minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(arbResults, fc.array(fc.nat(7), { maxLength: 20 }), (results, storm) => {
      const order = [...storm.map((n) => results[n % results.length]!), ...results];
      let rows: LiveRow[] = [];
      let made = 0;
      for (const { seq, evidence } of order) {
        const plan = planAnalysis(rows, result({ evidence }), said(seq));
        if (plan.kind !== 'write') continue;
        const kept = rows.filter((one) => one !== plan.row && !plan.retire.includes(one));
        rows = [...kept, row({ id: plan.row?.id ?? `n${(made += 1)}`, evidence, nodeSeq: BigInt(seq) })];
      }
      const last = results.reduce((best, one) => (one.seq > best.seq ? one : best));
      expect(rows).toMatchObject([{ evidence: last.evidence, nodeSeq: BigInt(last.seq) }]);
    }),
  );
});
