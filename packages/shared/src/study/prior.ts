import { z } from 'zod';
import { uidSchema } from '../dicom/uid.ts';
import { bodyRegions } from './body-region.ts';
import type { Patient } from './study.ts';

/** An earlier study of a patient, as a PACS or a node describes it. */
export const priorStudySchema = z.object({
  studyUid: uidSchema,
  /** Study Date and Time as ISO local date-time without zone, `YYYY-MM-DDTHH:mm:ss`. */
  studyDateTime: z.string().max(32).nullable(),
  modalities: z.array(z.string().max(16)).max(32),
  description: z.string().max(320),
  /** Body Part Examined of its series; empty when nobody said. */
  bodyPart: z.string().max(64),
  imageCount: z.number().int().min(0).nullable(),
  /** AE title of the PACS that has it. */
  source: z.string().max(16),
});
export type PriorStudy = z.infer<typeof priorStudySchema>;

/** Priors kept of a study. */
export const MOST_PRIORS = 8;

export type Identified = Pick<Patient, 'id' | 'issuer' | 'birthDate'>;

/** PS1: what is missing contradicts nothing, but without an ID there is no telling. */
export function isSamePatient(a: Identified, b: Identified): boolean {
  if (a.id === '' || a.id !== b.id) return false;
  return agrees(a.issuer, b.issuer) && agrees(a.birthDate ?? '', b.birthDate ?? '');
}

function agrees(a: string, b: string): boolean {
  return a === '' || b === '' || a === b;
}

export type Compared = Pick<PriorStudy, 'studyUid' | 'studyDateTime' | 'modalities' | 'description' | 'bodyPart'>;

export interface Relevance {
  /** 2 the same region, 1 nobody says which, 0 another. */
  readonly region: 0 | 1 | 2;
  /** 2 the same modality, 1 one of its kind, 0 another. */
  readonly modality: 0 | 1 | 2;
}

/** Modalities that are read beside each other (PS3.3 C.7.3.1.1.1): projections, and slices. */
const KINDS: readonly (readonly string[])[] = [['CR', 'DX', 'RG', 'RF', 'XA'], ['CT', 'MR', 'PT', 'NM']];

/** How much an earlier study says about the current one. */
export function relevanceOf(current: Compared, prior: Compared): Relevance {
  return { region: regionOf(current, prior), modality: modalityOf(current.modalities, prior.modalities) };
}

function regionOf(current: Compared, prior: Compared): Relevance['region'] {
  const ours = bodyRegions(current.bodyPart, current.description);
  const theirs = bodyRegions(prior.bodyPart, prior.description);
  if (ours.size === 0 || theirs.size === 0) return 1;
  return [...ours].some((region) => theirs.has(region)) ? 2 : 0;
}

function modalityOf(ours: readonly string[], theirs: readonly string[]): Relevance['modality'] {
  if (theirs.some((modality) => ours.includes(modality))) return 2;
  const isOneKind = KINDS.some((kind) => kind.some((modality) => ours.includes(modality)) && kind.some((modality) => theirs.includes(modality)));
  return isOneKind ? 1 : 0;
}

/** PS2. Later studies and the study itself are no priors; one without a date is the oldest. At most `limit`, the most relevant first. */
export function rankPriors<T extends Compared>(current: Compared, candidates: readonly T[], limit: number): T[] {
  return candidates
    .filter((prior) => prior.studyUid !== current.studyUid && !isLater(prior.studyDateTime, current.studyDateTime))
    .map((prior) => ({ prior, relevance: relevanceOf(current, prior) }))
    .sort((a, b) => b.relevance.region - a.relevance.region || b.relevance.modality - a.relevance.modality || byDate(a.prior, b.prior))
    .slice(0, limit)
    .map(({ prior }) => prior);
}

function isLater(prior: string | null, current: string | null): boolean {
  return prior !== null && current !== null && prior > current;
}

/** The newest first; the UID settles the rest, so that no two orders are right. */
function byDate(a: Compared, b: Compared): number {
  const [first, second] = [a.studyDateTime ?? '', b.studyDateTime ?? ''];
  if (first !== second) return first < second ? 1 : -1;
  return a.studyUid < b.studyUid ? -1 : a.studyUid > b.studyUid ? 1 : 0;
}
