import type { PersonName } from '../dicom/person-name.ts';
import { SECTIONS } from './report.ts';
import type { CanonicalAddendum, CanonicalReport, Person, Proposal, SectionTexts } from './report.ts';

/** The patient as the list and the study row carry them. */
export interface ReportSubject {
  readonly studyUid: string;
  readonly patientId: string | null;
  readonly patientName: PersonName | null;
  readonly birthDate: string | null;
}

/** The document that is signed, built alike in the browser (what the signer sees) and on the gateway (what is stored) (RP2). */
export function canonicalReport(subject: ReportSubject, texts: SectionTexts, proposals: readonly Proposal[]): CanonicalReport {
  return {
    schema: 1,
    studyUid: subject.studyUid,
    patient: canonicalPatient(subject),
    sections: SECTIONS.map((name) => ({ name, paragraphs: trimParagraphs(texts[name]) })),
    acceptedFindings: proposals.filter((proposal) => proposal.status === 'accepted').map((proposal) => proposal.findingId).sort(),
  };
}

export interface AddendumInput {
  readonly subject: ReportSubject;
  readonly amends: string;
  readonly author: Person;
  /** As typed: a line is a paragraph. */
  readonly text: string;
}

export function canonicalAddendum(input: AddendumInput): CanonicalAddendum {
  return {
    schema: 1,
    kind: 'addendum',
    studyUid: input.subject.studyUid,
    patient: canonicalPatient(input.subject),
    amends: input.amends,
    author: { id: input.author.id, name: input.author.name.toWellFormed() },
    paragraphs: trimParagraphs(input.text.split(/\r\n|\r|\n/)),
  };
}

/** Empty paragraphs at the ends of a section are an editor's cursor room, not text. */
export function trimParagraphs(paragraphs: readonly string[]): string[] {
  const texts = paragraphs.map((paragraph) => paragraph.toWellFormed());
  const first = texts.findIndex((text) => text.trim() !== '');
  if (first === -1) return [];
  const last = texts.findLastIndex((text) => text.trim() !== '');
  return texts.slice(first, last + 1);
}

function canonicalPatient(subject: ReportSubject): CanonicalReport['patient'] {
  return { id: (subject.patientId ?? '').toWellFormed(), name: nameText(subject.patientName), birthDate: subject.birthDate };
}

/** All component groups, so that no part of the name is outside the hash (PS3.5 section 6.2.1). */
function nameText(name: PersonName | null): string {
  if (!name) return '';
  return [name.alphabetic, name.ideographic ?? '', name.phonetic ?? ''].join('=').replace(/=+$/, '').toWellFormed();
}
