import { z } from 'zod';
import { severitySchema } from '../finding/finding.ts';
import { defineMachine } from '../machine.ts';

export const reportStateSchema = z.enum(['draft', 'preliminary', 'final', 'appended']);
export type ReportState = z.infer<typeof reportStateSchema>;
export type ReportEvent = 'mark-preliminary' | 'sign' | 'addend';

/** draft -> preliminary -> final -> appended. Nothing leads back: signed text changes only by addendum (RP1). */
export const reportMachine = defineMachine<ReportState, ReportEvent>({
  draft: { 'mark-preliminary': 'preliminary', sign: 'final' },
  preliminary: { sign: 'final' },
  final: { addend: 'appended' },
  appended: { addend: 'appended' },
});

/** True once the text is sealed: every edit from then on is quarantined. */
export function isSealed(state: ReportState): boolean {
  return state === 'final' || state === 'appended';
}

/** The sections of a report in the order they are read; each is a Y.XmlFragment of that name in the document. */
export const SECTIONS = ['indication', 'comparison', 'findings', 'impression'] as const;
export const sectionSchema = z.enum(SECTIONS);
export type Section = z.infer<typeof sectionSchema>;
/** Paragraphs of plain text per section. */
export type SectionTexts = { readonly [S in Section]: readonly string[] };

/** The Y.Map of proposals by id, and that of authors by Yjs client id (both written by the server alone). */
export const PROPOSALS_KEY = 'proposals';
export const AUTHORS_KEY = 'authors';

const personSchema = z.object({ id: z.string(), name: z.string() });
export type Person = z.infer<typeof personSchema>;

/** Who wrote the text of one Yjs client id (RP3). `acceptedBy` is the person who took over AI text. */
export const authorSchema = z.object({
  kind: z.enum(['person', 'ai', 'template', 'system']),
  id: z.string(),
  name: z.string(),
  acceptedBy: personSchema.nullable(),
});
export type Author = z.infer<typeof authorSchema>;

/** AI text offered to the reader, in the Y.Map `proposals` under its id. `open` ones block signing (RP3). */
export const proposalSchema = z.object({
  id: z.string(),
  section: sectionSchema,
  text: z.string().max(2000),
  findingId: z.string(),
  /** What the finding is: a later revision of the same code and side by the same model replaces an open proposal. */
  code: z.string(),
  side: z.string().nullable(),
  label: z.string(),
  severity: severitySchema,
  model: z.object({ id: z.string(), version: z.string() }),
  confidence: z.number(),
  evidence: z.object({ sopInstanceUid: z.string(), frameNumber: z.number().int(), sliceIndex: z.number().int() }),
  status: z.enum(['open', 'accepted', 'refused', 'withdrawn']),
  decidedBy: personSchema.nullable(),
  decidedAt: z.number().int().nullable(),
});
export type Proposal = z.infer<typeof proposalSchema>;

const canonicalPatientSchema = z.object({ id: z.string(), name: z.string(), birthDate: z.string().nullable() });

/** What is signed: the hash is sha256 over its canonical JSON (RFC 8785) in UTF-8. */
export const canonicalReportSchema = z.object({
  schema: z.literal(1),
  studyUid: z.string(),
  patient: canonicalPatientSchema,
  sections: z.array(z.object({ name: sectionSchema, paragraphs: z.array(z.string()) })),
  acceptedFindings: z.array(z.string()),
});
export type CanonicalReport = z.infer<typeof canonicalReportSchema>;

/** What an addendum seals. `amends` is the hash of the signed report it belongs to; `author` who wrote the words. */
export const canonicalAddendumSchema = z.object({
  schema: z.literal(1),
  kind: z.literal('addendum'),
  studyUid: z.string(),
  patient: canonicalPatientSchema,
  amends: z.string(),
  author: personSchema,
  paragraphs: z.array(z.string()),
});
export type CanonicalAddendum = z.infer<typeof canonicalAddendumSchema>;
