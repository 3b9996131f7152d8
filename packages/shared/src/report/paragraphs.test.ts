import { expect, test } from 'vitest';
import { proposalsOf, sectionTexts } from './paragraphs.ts';
import { proposalFor } from './proposal.ts';

const run = (...inserts: unknown[]): unknown => ({ toDelta: () => inserts.map((insert) => ({ insert })) });
const element = (nodeName: string, ...children: unknown[]): unknown => ({ nodeName, toArray: () => children });

function documentOf(findings: unknown[], proposals: unknown[] = []): Parameters<typeof sectionTexts>[0] {
  return {
    getXmlFragment: (name) => ({ toArray: () => (name === 'findings' ? findings : []) }),
    getMap: () => ({ values: () => proposals }),
  };
}

test('a paragraph is the text of its runs', () => {
  const texts = sectionTexts(documentOf([element('paragraph', run('Left '), run('effusion.')), element('paragraph')]));
  expect(texts.findings).toEqual(['Left effusion.', '']);
  expect(texts.impression).toEqual([]);
});

test('what is not plain text shows as the object replacement character instead of vanishing', () => {
  const texts = sectionTexts(documentOf([element('image'), element('paragraph', run('a', { image: 'x' })), element('paragraph', element('span'))]));
  expect(texts.findings).toEqual(['\ufffc', 'a\ufffc', '\ufffc']);
});

test('proposals come worst first, then surest, and broken entries are left out', () => {
  const finding = { id: 'f1', code: 'pneumonia', label: 'Pneumonia', side: null, severity: 'urgent' as const, confidence: 0.6, sopInstanceUid: '1.2', sliceIndex: 0, marks: [] };
  const model = { id: 'cxr', version: '1' };
  const low = proposalFor({ model, finding });
  const high = proposalFor({ model, finding: { ...finding, id: 'f2', confidence: 0.9 } });
  const critical = proposalFor({ model, finding: { ...finding, id: 'f3', severity: 'critical', confidence: 0.5 } });
  expect(proposalsOf(documentOf([], [low, { id: 'broken' }, high, critical])).map((proposal) => proposal.findingId)).toEqual(['f3', 'f2', 'f1']);
});
