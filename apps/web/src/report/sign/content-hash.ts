import { canonicalJson } from '@readroom/shared/canonical-json';
import { canonicalAddendum, canonicalReport, type AddendumInput, type ReportSubject } from '@readroom/shared/report/canonical';
import type { Proposal, SectionTexts } from '@readroom/shared/report/report';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';

/** The hash of exactly what this page shows (RP2): sha256 over the canonical document, hex. */
export function reportHash(study: WorklistItem, texts: SectionTexts, proposals: readonly Proposal[]): Promise<string> {
  return sha256(canonicalJson(canonicalReport(subjectOf(study), texts, proposals)));
}

export function addendumHash(input: AddendumInput): Promise<string> {
  return sha256(canonicalJson(canonicalAddendum(input)));
}

export function subjectOf(study: WorklistItem): ReportSubject {
  const { studyUid, patientId, patientName, birthDate } = study;
  return { studyUid, patientId, patientName, birthDate };
}

async function sha256(text: string): Promise<string> {
  if (!globalThis.crypto?.subtle) throw new Error('This page came over plain HTTP, where the browser cannot compute the hash to sign. Open Readroom over HTTPS.');
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
