import { CATALOGUE } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import { measurementText } from '../measure/measurement-text.ts';
import type { Person, Proposal } from './report.ts';

export interface ProposedFinding {
  readonly model: { readonly id: string; readonly version: string };
  readonly finding: Pick<Finding, 'id' | 'code' | 'label' | 'side' | 'severity' | 'confidence' | 'sopInstanceUid' | 'sliceIndex' | 'marks' | 'measurements'>;
}

export type Decision = 'accepted' | 'refused';

/** A proposal for one finding, in the catalogue's neutral words. A label the catalogue doesn't know is quoted as the model's own. */
export function proposalFor({ model, finding }: ProposedFinding): Proposal {
  const best = finding.marks.find((mark) => mark.sopInstanceUid === finding.sopInstanceUid);
  return {
    id: `${model.id}@${model.version}:${finding.id}`,
    section: 'findings',
    text: proposalText(finding),
    findingId: finding.id,
    code: finding.code,
    side: finding.side,
    label: finding.label,
    severity: finding.severity,
    model,
    confidence: finding.confidence,
    evidence: { sopInstanceUid: finding.sopInstanceUid, frameNumber: best?.frameNumber ?? 1, sliceIndex: finding.sliceIndex },
    status: 'open',
    decidedBy: null,
    decidedAt: null,
  };
}

function proposalText(finding: ProposedFinding['finding']): string {
  const sentence = CATALOGUE.get(finding.code)?.sentence ?? `${finding.label}.`;
  const sizes = (finding.measurements ?? []).map((measurement) => ` ${measurementText(measurement)}.`).join('');
  return `${sentence}${sizes}${finding.side ? ` Side: ${finding.side}.` : ''}`;
}

export interface ProposalChanges {
  readonly add: Proposal[];
  readonly withdraw: Proposal[];
}

/**
 * What a new look at the analyses changes. A finding already offered is left alone, whatever became of it; one whose text a person
 * has accepted from an earlier revision is not offered twice; open proposals nobody claims any more are withdrawn.
 */
export function planProposals(existing: readonly Proposal[], current: readonly ProposedFinding[]): ProposalChanges {
  const offered = current.map(proposalFor);
  const ids = new Set(offered.map((proposal) => proposal.id));
  const known = new Set(existing.map((proposal) => proposal.id));
  const accepted = new Set(existing.filter((proposal) => proposal.status === 'accepted').map(subjectOf));
  return {
    add: offered.filter((proposal) => !known.has(proposal.id) && !accepted.has(subjectOf(proposal))),
    withdraw: existing.filter((proposal) => proposal.status === 'open' && !ids.has(proposal.id)),
  };
}

function subjectOf(proposal: Proposal): string {
  return JSON.stringify([proposal.model.id, proposal.code, proposal.side]);
}

/** The decided proposal, or `null` when it was decided before: a decision is taken once. */
export function decide(proposal: Proposal, decision: Decision, by: Person, at: number): Proposal | null {
  if (proposal.status !== 'open') return null;
  return { ...proposal, status: decision, decidedBy: by, decidedAt: at };
}

/** The proposals that block signing (RP3). */
export function openProposals(proposals: readonly Proposal[]): Proposal[] {
  return proposals.filter((proposal) => proposal.status === 'open');
}
