import { trimParagraphs } from '@readroom/shared/report/canonical';
import { openProposals } from '@readroom/shared/report/proposal';
import type { Proposal, SectionTexts } from '@readroom/shared/report/report';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import type { SessionView } from '../session/report-session.ts';

export interface Check {
  readonly id: 'patient' | 'proposals' | 'stored' | 'impression';
  readonly ok: boolean;
  readonly text: string;
  /** False: said, but does not stop the signature. */
  readonly blocks: boolean;
}

export interface CheckInput {
  readonly study: WorklistItem;
  readonly expectedStudyUid: string;
  readonly texts: SectionTexts;
  readonly proposals: readonly Proposal[];
  readonly view: SessionView;
}

/** What is looked at before a signature. The gateway looks again, and its word counts. */
export function signChecks({ study, expectedStudyUid, texts, proposals, view }: CheckInput): Check[] {
  const open = openProposals(proposals).length;
  const named = study.patientName !== null && study.patientId !== null && study.patientId !== '';
  const right = study.studyUid === expectedStudyUid;
  const impression = trimParagraphs(texts.impression).length > 0;
  return [
    { id: 'patient', ok: right && named, blocks: !right, text: patientText(right, named) },
    { id: 'proposals', ok: open === 0, blocks: true, text: open === 0 ? 'No AI proposal is open' : `${open === 1 ? 'One AI proposal is' : `${open} AI proposals are`} open: accept or refuse first` },
    { id: 'stored', ok: view.online && view.unstored === 0, blocks: true, text: storedText(view) },
    { id: 'impression', ok: impression, blocks: false, text: impression ? 'There is an impression' : 'The impression is empty' },
  ];
}

function patientText(right: boolean, named: boolean): string {
  if (!right) return 'The patient bar shows another study: go back and open this one again';
  return named ? 'Patient and report belong together' : 'The patient has no name or no number: make sure who it is';
}

function storedText(view: SessionView): string {
  if (!view.online) return 'Not connected: what you see is not all stored yet';
  return view.unstored === 0 ? 'Everything on this page is stored' : 'Some changes are still being stored';
}

export function maySeal(checks: readonly Check[]): boolean {
  return checks.every((check) => check.ok || !check.blocks);
}
