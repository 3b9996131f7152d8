import { z } from 'zod';
import { HOUR_MS, MINUTE_MS } from '../clock.ts';
import type { WorklistItem } from './worklist-item.ts';
import { readingStatusSchema } from './worklist-item.ts';

/** What the AI column says, with the reason of a missing answer told apart: a model that failed, one that refused the images, none for them. */
export const aiFacetSchema = z.enum(['critical', 'urgent', 'routine', 'clear', 'pending', 'failed', 'refused', 'not-analysed']);
export type AiFacet = z.infer<typeof aiFacetSchema>;

/** The tiers 0, 1 and 2 by name. */
export const TIERS = ['critical', 'stat', 'other'] as const;
export const tierFacetSchema = z.enum(TIERS);

export const classFacetSchema = z.enum(['stat', 'emergency', 'inpatient', 'outpatient', 'unclassed']);
export const assignedFacetSchema = z.enum(['me', 'others', 'nobody']);

export const MAX_VALUES = 32;
const valuesOf = <T extends z.ZodType<string>>(value: T) => z.array(value).max(MAX_VALUES).default([]);

export const MAX_WITHIN_MS = 366 * 24 * HOUR_MS;
const moment = z.number().int().min(0).max(8.64e15).nullable();

/** Received in the last `withinMs`, or from `from` on and before `to` (ms since epoch, null is open). */
export const receivedFilterSchema = z.union([z.object({ withinMs: z.number().int().min(MINUTE_MS).max(MAX_WITHIN_MS) }), z.object({ from: moment, to: moment })]);
export type ReceivedFilter = z.infer<typeof receivedFilterSchema>;

/** Which rows of the list: the values of one facet add up, facets narrow each other, none chosen is all. No name and no free text. */
export const worklistFilterSchema = z.object({
  tier: valuesOf(tierFacetSchema),
  ai: valuesOf(aiFacetSchema),
  modality: valuesOf(z.string().max(64)),
  bodyPart: valuesOf(z.string().max(64)),
  status: valuesOf(readingStatusSchema),
  class: valuesOf(classFacetSchema),
  assigned: valuesOf(assignedFacetSchema),
  site: valuesOf(z.string().max(320)),
  received: receivedFilterSchema.nullable().default(null),
});
export type WorklistFilter = Readonly<z.infer<typeof worklistFilterSchema>>;

export const NO_FILTER: WorklistFilter = worklistFilterSchema.parse({});

export const FACETS = ['tier', 'ai', 'modality', 'bodyPart', 'status', 'class', 'assigned', 'site'] as const;
export type Facet = (typeof FACETS)[number];

/** Whose list it is, and when it is looked at (ms since epoch). */
export interface FilterViewer {
  readonly userId: string;
  readonly now: number;
}

/** The one value a row has of a facet. */
export function facetValue(item: WorklistItem, facet: Facet, viewer: Pick<FilterViewer, 'userId'>): string {
  switch (facet) {
    case 'tier':
      return TIERS[item.tier];
    case 'ai':
      return aiFacetOf(item);
    case 'class':
      return item.class ?? 'unclassed';
    case 'assigned':
      if (item.assignedTo === null) return 'nobody';
      return item.assignedTo.id === viewer.userId ? 'me' : 'others';
    case 'site':
      return item.institution;
    case 'modality':
    case 'bodyPart':
    case 'status':
      return item[facet];
    default:
      return facet satisfies never;
  }
}

function aiFacetOf(item: WorklistItem): AiFacet {
  if (item.ai !== 'not-analysed') return item.ai;
  const is = (status: string): boolean => item.analyses.some((analysis) => analysis.role === 'active' && analysis.status === status);
  if (is('failed')) return 'failed';
  return is('refused') ? 'refused' : 'not-analysed';
}

/** The span of arrival a filter leaves: from `from` on, before `to`. */
export function receivedSpan(received: ReceivedFilter | null, now: number): { readonly from: number | null; readonly to: number | null } {
  if (received === null) return { from: null, to: null };
  return 'withinMs' in received ? { from: now - received.withinMs, to: null } : received;
}

export function isReceivedWithin(item: Pick<WorklistItem, 'receivedAt'>, received: ReceivedFilter | null, now: number): boolean {
  const { from, to } = receivedSpan(received, now);
  return (from === null || item.receivedAt >= from) && (to === null || item.receivedAt < to);
}

/** LF1: the same choice as the gateway's SQL. */
export function matchesFilter(item: WorklistItem, filter: WorklistFilter, viewer: FilterViewer): boolean {
  return FACETS.every((facet) => filter[facet].length === 0 || hasValue(filter, facet, facetValue(item, facet, viewer))) && isReceivedWithin(item, filter.received, viewer.now);
}

/** Whether the filter lets this value of the facet through. */
export function hasValue(filter: WorklistFilter, facet: Facet, value: string): boolean {
  const chosen: readonly string[] = filter[facet];
  return chosen.length === 0 || chosen.includes(value);
}

export function isEmptyFilter(filter: WorklistFilter): boolean {
  const { from, to } = receivedSpan(filter.received, 0);
  return from === null && to === null && FACETS.every((facet) => filter[facet].length === 0);
}

/** LF3: what must not go unseen. A critical study that somebody moved out of its tier is one still, until it is reported. */
export function isCritical(item: Pick<WorklistItem, 'tier' | 'ai' | 'status'>): boolean {
  if (item.status === 'final') return false;
  return item.tier === 0 || (item.ai === 'critical' && item.status !== 'preliminary');
}
