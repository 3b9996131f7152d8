import { expect, test } from 'vitest';
import type { Proposal } from '@readroom/shared/report/report';
import { proposalFor, type ProposedFinding } from '@readroom/shared/report/proposal';
import { makeItem } from '../../testing/make.ts';
import type { SessionView } from '../session/report-session.ts';
import { maySeal, signChecks, type CheckInput } from './checks.ts';
import { addendumHash, reportHash, subjectOf } from './content-hash.ts';

const view: SessionView = { phase: 'open', online: true, unstored: 0, keeping: false, keeps: true, status: null, refused: null, late: false };
const study = makeItem(1);
const texts = { indication: [], comparison: [], findings: [], impression: ['Normal.'] };
const finding = { id: 'f', code: 'pneumonia', label: 'Pneumonia', side: null, severity: 'urgent', confidence: 0.9, sopInstanceUid: '1.2', sliceIndex: 0, marks: [] } satisfies ProposedFinding['finding'];
const open: Proposal = proposalFor({ model: { id: 'cxr', version: '1' }, finding });
const input: CheckInput = { study, expectedStudyUid: study.studyUid, texts, proposals: [], view };

const failing = (change: Partial<CheckInput>): string[] => signChecks({ ...input, ...change }).filter((check) => !check.ok).map((check) => check.id);

test('everything in order may be sealed', () => {
  expect(failing({})).toEqual([]);
  expect(maySeal(signChecks(input))).toBe(true);
});

test('[RP3] an open proposal, an unstored word and another patient each stop the signature', () => {
  for (const [change, id] of [
    [{ proposals: [open] }, 'proposals'],
    [{ view: { ...view, unstored: 1 } }, 'stored'],
    [{ view: { ...view, online: false } }, 'stored'],
    [{ expectedStudyUid: '9.9' }, 'patient'],
  ] as const) {
    expect(failing(change)).toEqual([id]);
    expect(maySeal(signChecks({ ...input, ...change }))).toBe(false);
  }
});

test('an empty impression and a nameless patient are said, not forbidden', () => {
  for (const change of [{ texts: { ...texts, impression: [' '] } }, { study: makeItem(1, { patientId: '' }) }]) {
    expect(failing(change)).toHaveLength(1);
    expect(maySeal(signChecks({ ...input, ...change }))).toBe(true);
  }
});

test('[RP2] the hash is sha256 of the canonical text and follows every word', async () => {
  const hash = await reportHash(study, texts, []);
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(await reportHash(study, texts, [])).toBe(hash);
  expect(await reportHash(study, { ...texts, impression: ['Normal'] }, [])).not.toBe(hash);
  expect(await reportHash(makeItem(2), texts, [])).not.toBe(hash);
  const addendum = { subject: subjectOf(study), amends: hash, author: { id: 'u', name: 'U' }, text: 'One.' };
  expect(await addendumHash(addendum)).not.toBe(await addendumHash({ ...addendum, text: 'Two.' }));
});
