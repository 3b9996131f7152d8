import type { Frozen } from './collab-wire.ts';
import type { Author, Person, ReportState, Section } from './report.ts';
import type { DiffPart } from './text-diff.ts';

export type VersionKind = 'preliminary' | 'final' | 'addendum';

/** A sealed version, named. */
export interface VersionHead {
  readonly version: number;
  readonly kind: VersionKind;
  /** sha256 of the canonical text, hex. */
  readonly hash: string;
  readonly signedBy: Person;
  /** ms since epoch. */
  readonly signedAt: number;
}

/** What differs in one part of a report; parts without a difference are left out. */
export interface SectionDiff {
  readonly section: Section | 'addenda';
  readonly parts: readonly DiffPart[];
}

/** An edit that came after the seal. */
export interface LateEdit {
  readonly id: string;
  readonly author: Person;
  readonly at: number;
  /** Against the signed text. */
  readonly changes: readonly SectionDiff[];
  /** What the edit adds, ready to be an addendum. */
  readonly suggestion: string;
  readonly resolution: { readonly outcome: 'accepted' | 'dismissed'; readonly by: string; readonly at: number; readonly reason: string | null } | null;
}

/** A report as its pane needs it, apart from the text itself, which comes over the collaboration socket. */
export interface ReportView {
  readonly id: string;
  readonly studyId: string;
  readonly studyUid: string;
  readonly state: ReportState;
  readonly frozen: Frozen | null;
  readonly may: { readonly edit: boolean; readonly sign: boolean; readonly addend: boolean };
  readonly versions: readonly VersionHead[];
  readonly lateEdits: readonly LateEdit[];
}

/** One run of text by one author (RP3). */
export interface AuthoredText {
  readonly text: string;
  readonly author: Author | null;
}

export interface AddendumText {
  readonly version: number;
  readonly paragraphs: readonly string[];
  readonly author: Person;
  readonly signedBy: Person;
  readonly signedAt: number;
  readonly hash: string;
}

/** A version read back: the report it seals and the addenda up to it. */
export interface VersionText extends VersionHead {
  /** The version whose text `sections` is: itself, or the report that this addendum belongs to. */
  readonly report: VersionHead;
  readonly patient: { readonly id: string; readonly name: string; readonly birthDate: string | null };
  readonly studyUid: string;
  readonly sections: readonly { readonly name: Section; readonly paragraphs: readonly string[]; readonly authored: readonly (readonly AuthoredText[])[] }[];
  readonly addenda: readonly AddendumText[];
}
