import { displayName } from '@readroom/shared/dicom/person-name';
import { studyClassSchema } from '@readroom/shared/dicom/study-class';
import { analysisRoleSchema, analysisStatusSchema } from '@readroom/shared/finding/analysis';
import { severitySchema } from '@readroom/shared/finding/finding';
import { reasonSchema } from '@readroom/shared/priority/explain';
import { moveReasonSchema } from '@readroom/shared/priority/move';
import { tierSchema } from '@readroom/shared/priority/rank';
import { aiStateSchema, readingStatusSchema, type WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { z } from 'zod';
import { requireMember } from '../../auth/session.ts';
import type { Routes, ZodTypeProvider } from '../../http/server.ts';
import { errorBodies } from '../../analysis/error-bodies.ts';
import { restPageQuery, viewWorklist, worklistQuerySchema } from './query.ts';

/** A row of the list for programs: names as text, moments as ISO 8601. Null where the role may not know the patient. */
export const restItemSchema = z.object({
  studyUid: z.string(),
  studyId: z.uuid(),
  patientName: z.string().nullable(),
  patientId: z.string().nullable(),
  modality: z.string(),
  bodyPart: z.string(),
  description: z.string(),
  class: studyClassSchema.nullable(),
  synthetic: z.boolean(),
  receivedAt: z.iso.datetime(),
  arrival: z.enum(['receiving', 'complete']),
  imageCount: z.number().int(),
  tier: tierSchema,
  sortKey: z.number().int().describe('Place inside the tier: ms since epoch; the reasons sum to it'),
  dueAt: z.iso.datetime(),
  reasons: z.array(reasonSchema),
  ai: aiStateSchema,
  analyses: z.array(z.object({ id: z.uuid(), modelId: z.string(), version: z.string(), role: analysisRoleSchema, status: analysisStatusSchema, reason: z.string().nullable() })),
  openAlerts: z.number().int(),
  topFinding: z.object({ label: z.string(), severity: severitySchema, confidence: z.number(), uncertainty: z.number().nullable() }).nullable().describe('The worst finding that counts for the place'),
  override: z
    .object({ by: z.string(), reason: moveReasonSchema, note: z.string(), direction: z.enum(['up', 'down']), holds: z.boolean(), placedAt: z.iso.datetime(), expiresAt: z.iso.datetime() })
    .nullable()
    .describe('A person’s placing while it lasts; `holds` is false once a critical finding set it aside'),
  overdueAt: z.iso.datetime().nullable().describe('When the attendings were called: no preliminary report within the hard limit'),
  aside: z.object({ by: z.string(), note: z.string(), since: z.iso.datetime(), until: z.iso.datetime().nullable() }).nullable().describe('Put aside by who has it; the place stays'),
  status: readingStatusSchema,
  assignedTo: z.string().nullable(),
  revision: z.number().int(),
});

const pageSchema = z.object({ items: z.array(restItemSchema), nextCursor: z.string().nullable(), revision: z.number().int() });

export const worklistRoutes: Routes = (app, deps) => {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/api/worklist',
    {
      schema: {
        tags: ['worklist'],
        summary: 'One page of the list, in its order',
        description: 'Keyset pages: send back `nextCursor` as `cursor`. Filters, several values separated by commas: tier, ai, modality, bodyPart, status, class, assigned, site; since (received at or after), until (received before), studyUid. A filter that few rows match may give a short page with a cursor: go on. Signed studies only with status=final.',
        querystring: worklistQuerySchema,
        response: { 200: pageSchema, ...errorBodies(400, 401, 403) },
      },
    },
    async (request) => {
      const member = await requireMember(deps, request.headers, 'worklist.view');
      const page = await viewWorklist(deps, member, restPageQuery(request.query));
      return { ...page, items: page.items.map(toRest) };
    },
  );
};

export function toRest(item: WorklistItem): z.infer<typeof restItemSchema> {
  const { studyUid, studyId, patientId, modality, bodyPart, description, synthetic, arrival, imageCount, tier, sortKey, ai, analyses, openAlerts, status, revision } = item;
  return {
    ...{ studyUid, studyId, patientId, modality, bodyPart, description, synthetic, arrival, imageCount, tier, sortKey, ai, analyses, openAlerts, status, revision },
    patientName: item.patientName && displayName(item.patientName),
    class: item.class,
    receivedAt: iso(item.receivedAt),
    dueAt: iso(item.dueAt),
    reasons: item.reasons,
    assignedTo: item.assignedTo?.name ?? null,
    ...personsWords(item),
  };
}

const iso = (at: number): string => new Date(at).toISOString();

/** What people said of the row, and what the list calls them for. Notes are empty where the role may not know the patient. */
function personsWords({ topFinding, override, overdueAt, aside }: WorklistItem): Pick<z.infer<typeof restItemSchema>, 'topFinding' | 'override' | 'overdueAt' | 'aside'> {
  const finding = topFinding && { label: topFinding.label, severity: topFinding.severity, confidence: topFinding.confidence, uncertainty: topFinding.uncertainty };
  return {
    topFinding: finding,
    override: override && { by: override.author.name, reason: override.reason, note: override.note, direction: override.direction, holds: override.holds, placedAt: iso(override.placedAt), expiresAt: iso(override.expiresAt) },
    overdueAt: overdueAt === null ? null : iso(overdueAt),
    aside: aside && { by: aside.author.name, note: aside.note, since: iso(aside.since), until: aside.until === null ? null : iso(aside.until) },
  };
}
