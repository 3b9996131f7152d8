import { confidenceText } from '../finding/confidence.ts';
import { compareText, isAnswer, liveActive } from './counted.ts';
import type { Policy } from './policy.ts';
import type { RankFinding, RankInput, RankPart } from './rank.ts';

export function arrivalPart(input: RankInput): RankPart {
  return { code: 'arrival', text: 'Arrived', ms: input.receivedAt };
}

const CLASS_TEXT = { stat: 'STAT', emergency: 'Emergency', inpatient: 'Inpatient', outpatient: 'Outpatient', unclassed: 'No class given' } as const;

export function allowancePart(input: RankInput, policy: Policy): RankPart {
  const key = input.studyClass ?? 'unclassed';
  return { code: `class.${key}`, text: `${CLASS_TEXT[key]}: may wait`, ms: policy.allowanceMs[key] };
}

/** The largest credit any counted finding earns, so that one more finding never moves a study back (PR1). */
export function creditPart(input: RankInput, findings: readonly RankFinding[], policy: Policy): RankPart {
  const credit = (finding: RankFinding): number => policy.creditMs[finding.severity];
  const [first, ...others] = findings;
  if (!first) return { ...noFinding(input), ms: 0 };
  const best = others.reduce((kept, finding) => (credit(finding) > credit(kept) ? finding : kept), first);
  // `0 - x` rather than `-x`: a credit of nothing is 0, never -0, which JSON and equality would tell apart.
  const ms = 0 - credit(best);
  return { code: `ai.${best.severity}`, text: `AI: ${best.label}, ${confidenceText(best.confidence)}`, ms };
}

/** PR7: "nothing found" is said only by a finished analysis, and only when none is still at work. */
function noFinding(input: RankInput): Pick<RankPart, 'code' | 'text'> {
  const analyses = liveActive(input);
  const atWork = analyses.some(({ status }) => status === 'queued' || status === 'running' || status === 'provisional');
  if (atWork) return { code: 'ai.pending', text: 'AI: still analysing' };
  if (analyses.some(({ status }) => status === 'final')) return { code: 'ai.clear', text: 'AI: nothing found' };
  return { code: 'ai.not-analysed', text: 'AI: not analysed' };
}

/** PR7: beside another model's answer, a model without one is still named. Weighs nothing. */
export function notAnalysedParts(input: RankInput): RankPart[] {
  const analyses = liveActive(input);
  if (!analyses.some(({ status }) => isAnswer(status) || status === 'queued' || status === 'running')) return [];
  return analyses
    .filter(({ status }) => status === 'failed' || status === 'refused' || status === 'cancelled')
    .map(({ modelId, status }) => ({ code: 'ai.not-analysed', text: `AI: ${modelId} ${status}, not analysed`, ms: 0 }))
    .sort((a, b) => compareText(a.text, b.text));
}

/** An override that does not hold stays visible, without weight. */
export function overrideParts({ override }: RankInput, holds: boolean): RankPart[] {
  if (!override) return [];
  if (holds) return [{ code: 'override', text: `Moved by ${override.author}: ${override.reason}`, ms: override.offsetMs }];
  return [{ code: 'override.set-aside', text: `Move by ${override.author} set aside: a critical finding came after it`, ms: 0 }];
}
