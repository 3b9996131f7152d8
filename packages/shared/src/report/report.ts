import { z } from 'zod';
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

/** The sections of a report in the order they are read; each is a Y.XmlFragment of that name in the document. */
export const SECTIONS = ['indication', 'comparison', 'findings', 'impression'] as const;
export const sectionSchema = z.enum(SECTIONS);
export type Section = z.infer<typeof sectionSchema>;

/** The Y.Map of proposals by id, and that of authors by Yjs client id (stamped by the server alone). */
export const PROPOSALS_KEY = 'proposals';
export const AUTHORS_KEY = 'authors';

/** AI text offered to the reader, in the Y.Map `proposals` under its id. `open` ones block signing (RP3). */
export const proposalSchema = z.object({
  id: z.string(),
  section: sectionSchema,
  text: z.string().max(2000),
  findingId: z.string(),
  model: z.object({ id: z.string(), version: z.string() }),
  confidence: z.number(),
  evidence: z.object({ sopInstanceUid: z.string(), frameNumber: z.number().int(), sliceIndex: z.number().int() }),
  status: z.enum(['open', 'accepted', 'refused']),
  decidedBy: z.object({ id: z.string(), name: z.string() }).nullable(),
  decidedAt: z.number().int().nullable(),
});
export type Proposal = z.infer<typeof proposalSchema>;

/** What is signed: the hash is sha256 over its canonical JSON (RFC 8785) in UTF-8. */
export const canonicalReportSchema = z.object({
  schema: z.literal(1),
  studyUid: z.string(),
  patient: z.object({ id: z.string(), name: z.string(), birthDate: z.string().nullable() }),
  sections: z.array(z.object({ name: sectionSchema, paragraphs: z.array(z.string()) })),
  acceptedFindings: z.array(z.string()),
});
export type CanonicalReport = z.infer<typeof canonicalReportSchema>;
