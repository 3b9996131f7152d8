import { z } from 'zod';
import { frozenSchema } from '@readroom/shared/report/collab-wire';
import { authorSchema, reportStateSchema, sectionSchema } from '@readroom/shared/report/report';
import type { Decision } from '@readroom/shared/report/proposal';
import type { ReportView, SectionDiff, VersionText } from '@readroom/shared/report/report-view';
import { gateway } from '../lib/trpc.ts';

const person = z.object({ id: z.string(), name: z.string() });
const versionHead = z.object({
  version: z.number().int(),
  kind: z.enum(['preliminary', 'final', 'addendum']),
  hash: z.string(),
  signedBy: person,
  signedAt: z.number(),
});
const diff = z.array(
  z.object({
    section: z.union([sectionSchema, z.literal('addenda')]),
    parts: z.array(z.object({ kind: z.enum(['same', 'added', 'removed']), text: z.string() })),
  }),
);
const reportView: z.ZodType<ReportView> = z.object({
  id: z.string(),
  studyId: z.string(),
  studyUid: z.string(),
  state: reportStateSchema,
  frozen: frozenSchema.nullable(),
  may: z.object({ edit: z.boolean(), sign: z.boolean(), addend: z.boolean() }),
  versions: z.array(versionHead),
  lateEdits: z.array(
    z.object({
      id: z.string(),
      author: person,
      at: z.number(),
      changes: diff,
      suggestion: z.string(),
      resolution: z.object({ outcome: z.enum(['accepted', 'dismissed']), by: z.string(), at: z.number(), reason: z.string().nullable() }).nullable(),
    }),
  ),
});
const versionText: z.ZodType<VersionText> = versionHead.extend({
  report: versionHead,
  patient: z.object({ id: z.string(), name: z.string(), birthDate: z.string().nullable() }),
  studyUid: z.string(),
  sections: z.array(
    z.object({
      name: sectionSchema,
      paragraphs: z.array(z.string()),
      authored: z.array(z.array(z.object({ text: z.string(), author: authorSchema.nullable() }))),
    }),
  ),
  addenda: z.array(z.object({ version: z.number(), paragraphs: z.array(z.string()), author: person, signedBy: person, signedAt: z.number(), hash: z.string() })),
});
const freeze = z.object({ until: z.number() });

/** What the report pane asks of the gateway. Answers are parsed here, once. */
export const reportApi = {
  async get(reportId: string): Promise<ReportView> {
    return reportView.parse(await gateway.report.get.query({ reportId }));
  },
  async version(reportId: string, version: number): Promise<VersionText> {
    return versionText.parse(await gateway.report.version.query({ reportId, version }));
  },
  async compare(reportId: string, from: number, to: number): Promise<SectionDiff[]> {
    return diff.parse(await gateway.report.compare.query({ reportId, from, to }));
  },
  async decide(reportId: string, proposalId: string, decision: Decision): Promise<void> {
    await gateway.report.decide.mutate({ reportId, proposalId, decision });
  },
  async freeze(reportId: string): Promise<{ until: number }> {
    return freeze.parse(await gateway.report.freeze.mutate({ reportId }));
  },
  async unfreeze(reportId: string): Promise<void> {
    await gateway.report.unfreeze.mutate({ reportId });
  },
  async markPreliminary(reportId: string, contentHash: string): Promise<void> {
    await gateway.report.markPreliminary.mutate({ reportId, contentHash });
  },
  async sign(reportId: string, contentHash: string): Promise<void> {
    await gateway.report.sign.mutate({ reportId, contentHash });
  },
  async addend(input: { reportId: string; text: string; lateEditId: string | null; contentHash: string }): Promise<void> {
    await gateway.report.addend.mutate(input);
  },
  async dismissLateEdit(input: { reportId: string; lateEditId: string; reason: string }): Promise<void> {
    await gateway.report.dismissLateEdit.mutate(input);
  },
};

/** Opens as a download; the gateway names the file by our own id, never by the patient. */
export function pdfHref(reportId: string, version?: number): string {
  return `/api/reports/${reportId}/pdf${version === undefined ? '' : `?version=${version}`}`;
}
