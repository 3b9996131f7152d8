import { expect, test } from 'vitest';
import { decide, openProposals, planProposals, proposalFor } from './proposal.ts';
import type { ProposedFinding } from './proposal.ts';

const model = { id: 'head_ct', version: '1.0.0' };
const finding: ProposedFinding['finding'] = {
  id: 'f1',
  code: 'intracranial-haemorrhage',
  label: 'Intracranial haemorrhage',
  side: 'left',
  severity: 'critical',
  confidence: 0.91,
  sopInstanceUid: '1.2.3',
  sliceIndex: 7,
  marks: [
    { kind: 'box', sopInstanceUid: '1.2.3', frameNumber: 3, sliceIndex: 7, box: { x: 1, y: 1, width: 2, height: 2 }, confidence: 0.9 },
  ],
};
const by = { id: 'u1', name: 'Dr A' };

test('a proposal names its model, confidence, words and the frame that shows it', () => {
  expect(proposalFor({ model, finding })).toMatchObject({
    text: 'Hyperdense area suspicious for acute intracranial haemorrhage. Side: left.',
    model,
    confidence: 0.91,
    evidence: { sopInstanceUid: '1.2.3', frameNumber: 3, sliceIndex: 7 },
    status: 'open',
  });
});

test('what was measured is said with its unit and how far it may be off', () => {
  const measurements = [{ kind: 'volume', label: 'Volume', value: 3.123, unit: 'ml', uncertainty: 0.17 }, { kind: 'diameter', label: 'Longest diameter', value: 22.4, unit: 'mm', uncertainty: 0.5 }, { kind: 'volume', label: 'Anterior part', value: 1.5, unit: 'ml', uncertainty: null }] as const;
  const { text } = proposalFor({ model, finding: { ...finding, code: 'hippocampus', label: 'Hippocampus', side: null, measurements: [...measurements] } });
  expect(text).toBe('Hippocampus measured. Volume 3.12 ml ± 0.17. Longest diameter 22 mm ± 1. Anterior part 1.50 ml.');
});

test("a label outside the catalogue is quoted as the model's own words", () => {
  expect(proposalFor({ model, finding: { ...finding, code: 'x', label: 'Odd shadow', side: null } }).text).toBe('Odd shadow.');
});

test('[RP3] an open proposal blocks, a decided one does not, and a decision is taken once', () => {
  const open = proposalFor({ model, finding });
  const refused = decide(open, 'refused', by, 5)!;
  expect(openProposals([open, refused])).toEqual([open]);
  expect(refused).toMatchObject({ status: 'refused', decidedBy: by, decidedAt: 5 });
  expect(decide(refused, 'accepted', by, 6)).toBeNull();
});

test('the same finding is offered once, whatever became of it', () => {
  const open = proposalFor({ model, finding });
  for (const status of ['open', 'accepted', 'refused'] as const) {
    expect(planProposals([{ ...open, status }], [{ model, finding }])).toEqual({ add: [], withdraw: [] });
  }
});

test('a later revision replaces what is open, spares what is accepted and asks again about what was refused', () => {
  const open = proposalFor({ model, finding });
  const revised = { model, finding: { ...finding, id: 'f2' } };
  const next = proposalFor(revised);
  expect(planProposals([open], [revised])).toEqual({ add: [next], withdraw: [open] });
  expect(planProposals([{ ...open, status: 'accepted' }], [revised])).toEqual({ add: [], withdraw: [] });
  expect(planProposals([{ ...open, status: 'refused' }], [revised])).toEqual({ add: [next], withdraw: [] });
});

test('a withdrawn analysis takes its open proposals with it', () => {
  const open = proposalFor({ model, finding });
  expect(planProposals([open], [])).toEqual({ add: [], withdraw: [open] });
});
