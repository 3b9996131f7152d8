import { can, type Member } from '@readroom/shared/access/can';
import { uidSchema } from '@readroom/shared/dicom/uid';
import type { WorklistPage } from '@readroom/shared/worklist/events';
import { aiFacetSchema, assignedFacetSchema, classFacetSchema, tierFacetSchema, worklistFilterSchema } from '@readroom/shared/worklist/filter';
import { maskPage } from '@readroom/shared/worklist/mask';
import { readingStatusSchema } from '@readroom/shared/worklist/worklist-item';
import { z } from 'zod';
import { auditOnceAnHour } from '../../audit/once-an-hour.ts';
import { requireCan } from '../../auth/session.ts';
import type { Deps } from '../../infra/deps.ts';
import { readPage, type PageQuery } from './read-page.ts';

export const MAX_LIMIT = 200;
export const DEFAULT_LIMIT = 50;

/** `?modality=CR,CT`: one value or several, separated by commas. */
export const listOf = <T extends z.ZodType<string, string>>(one: T) =>
  z.string().max(200).transform((text) => text.split(',').map((part) => part.trim()).filter(Boolean)).pipe(z.array(one).min(1).max(16));

/** ISO 8601 with zone, or ms since epoch. */
export const momentSchema = z.union([
  z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  z.coerce.number().int().min(0).max(8.64e15),
]);

/** What both lists of REST take. */
export const listQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
  cursor: z.string().max(512).optional(),
  modality: listOf(z.string().max(16)).optional(),
  since: momentSchema.optional(),
  studyUid: uidSchema.optional(),
});

/** `listOf` with the facet's own words; what the schema of filters says again is checked there. */
export const worklistQuerySchema = listQuerySchema.extend({
  status: listOf(readingStatusSchema).optional(),
  tier: listOf(tierFacetSchema).optional(),
  ai: listOf(aiFacetSchema).optional(),
  bodyPart: listOf(z.string().max(64)).optional(),
  class: listOf(classFacetSchema).optional(),
  assigned: listOf(assignedFacetSchema).optional(),
  site: listOf(z.string().max(320)).optional(),
  until: momentSchema.optional(),
});

/** REST's flat words as the one filter. */
export function restPageQuery({ limit, cursor, studyUid, since, until, ...facets }: z.infer<typeof worklistQuerySchema>): PageQuery {
  const received = since === undefined && until === undefined ? null : { from: since ?? null, to: until ?? null };
  return { limit, cursor, studyUid, filter: worklistFilterSchema.parse({ ...facets, received }) };
}

/** The same for tRPC, where values have their types already. */
export const worklistPageInput = z.object({
  limit: z.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
  cursor: z.string().max(512).optional(),
  filter: worklistFilterSchema.optional(),
});

/** The member's list, without names where the role may not know them; with names, the look is audited once an hour. */
export async function viewWorklist(deps: Deps, member: Member, query: PageQuery): Promise<WorklistPage> {
  requireCan(member, 'worklist.view', member.organisation);
  const hospital = await deps.hospital(member.organisation);
  const page = await readPage(hospital, query, { userId: member.userId, now: deps.clock() });
  if (!can(member, 'patient.identify', member.organisation)) return maskPage(page);
  await auditOnceAnHour(deps, hospital, member, 'worklist.view');
  return page;
}
