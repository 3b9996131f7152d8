import { HOUR_MS, MINUTE_MS } from '@readroom/shared/clock';
import { aiFacetSchema, assignedFacetSchema, classFacetSchema, TIERS, type Facet, type ReceivedFilter } from '@readroom/shared/worklist/filter';
import { readingStatusSchema } from '@readroom/shared/worklist/worklist-item';
import { absoluteText } from '../../lib/time.ts';
import { SEVERITY_LOOK } from '../../ui/marks/severity.tsx';
import { CLASS_TEXT, STATUS_TEXT } from '../table/rows.ts';
import { PARTS, type FilterPart, type Filters } from './filters.ts';

export const PART_TITLE: { readonly [P in FilterPart]: string } = {
  tier: 'Priority',
  ai: 'AI',
  modality: 'Modality',
  status: 'Status',
  assigned: 'Assigned',
  class: 'Class',
  bodyPart: 'Body part',
  site: 'Site',
  received: 'Arrived',
};

/** The values of a facet that has a fixed set; of the others those that are on the list. */
export const FIXED_VALUES: { readonly [F in Facet]: readonly string[] | null } = {
  tier: TIERS,
  ai: aiFacetSchema.options,
  modality: null,
  bodyPart: null,
  site: null,
  // A signed study has left the list.
  status: readingStatusSchema.options.filter((status) => status !== 'final'),
  class: classFacetSchema.options,
  assigned: assignedFacetSchema.options,
};

const AI_TEXT: Readonly<Record<string, string>> = { ...Object.fromEntries(Object.entries(SEVERITY_LOOK).map(([state, { word }]) => [state, word])), failed: 'Failed', refused: 'Refused' };
const TEXT: { readonly [F in Facet]: Readonly<Record<string, string>> } = {
  tier: { critical: 'Critical', stat: 'STAT, emergency', other: 'Other' },
  ai: AI_TEXT,
  status: STATUS_TEXT,
  class: CLASS_TEXT,
  assigned: { me: 'Me', others: 'Others', nobody: 'Nobody' },
  modality: {},
  bodyPart: {},
  site: {},
};

export function valueText(facet: Facet, value: string): string {
  if (value === '') return 'Not given';
  const known = TEXT[facet];
  return Object.hasOwn(known, value) ? (known[value] ?? value) : value;
}

export const WITHIN_CHOICES = [1, 4, 12, 24, 72, 168].map((hours) => hours * HOUR_MS);

export function receivedText(received: ReceivedFilter): string {
  if ('withinMs' in received) return withinText(received.withinMs);
  const { from, to } = received;
  return [from === null ? '' : `from ${dayClock(from)}`, to === null ? '' : `before ${dayClock(to)}`].filter(Boolean).join(' ') || 'at any time';
}

function withinText(withinMs: number): string {
  const hours = Math.round(withinMs / HOUR_MS);
  if (hours < 1) return `in the last ${Math.round(withinMs / MINUTE_MS)} min`;
  if (hours === 1) return 'in the last hour';
  return hours < 48 ? `in the last ${hours} hours` : `in the last ${Math.round(hours / 24)} days`;
}

/** Without the seconds: nobody filters by them. */
function dayClock(at: number): string {
  return absoluteText(at).slice(0, -3);
}

export interface Chip {
  readonly part: FilterPart;
  readonly title: string;
  readonly text: string;
}

/** What is filtered, one chip for each part. */
export function chipsOf({ filter }: Filters): Chip[] {
  return PARTS.flatMap((part): Chip[] => {
    if (part === 'received') return filter.received === null ? [] : [{ part, title: PART_TITLE.received, text: receivedText(filter.received) }];
    const values = filter[part];
    return values.length === 0 ? [] : [{ part, title: PART_TITLE[part], text: values.map((value) => valueText(part, value)).join(', ') }];
  });
}
