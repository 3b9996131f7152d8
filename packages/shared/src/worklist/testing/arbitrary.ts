import fc from 'fast-check';
import { aiFacetSchema, assignedFacetSchema, classFacetSchema, TIERS, type WorklistFilter } from '../filter.ts';
import { aiStateSchema, readingStatusSchema, type WorklistItem } from '../worklist-item.ts';

/** Few values, so that rows and filters meet often; an empty one and one that SQL or JSON could trip over among them. */
const MODALITIES = ['CT', 'MR', 'CR', ''];
const PARTS = ['HEAD', 'CHEST', '', `O'Brien "x"\\%`];
const SITES = ['North', 'Süd, Ost', ''];
export const READERS = ['me', 'you', 'they'];
/** Arrivals lie in the ten minutes after this, ms since epoch. */
export const FIRST_ARRIVAL = 1_790_000_000_000;
const SPAN_MS = 600_000;

const arbAnalyses = fc.array(
  fc.record({
    id: fc.constant('00000000-0000-4000-8000-000000000009'),
    modelId: fc.constant('m'),
    version: fc.constant('1'),
    role: fc.constantFrom('active' as const, 'shadow' as const),
    status: fc.constantFrom('final' as const, 'failed' as const, 'refused' as const, 'cancelled' as const),
    reason: fc.constant(null),
  }),
  { maxLength: 3 },
);

/** Row `n` of a list, with any value of whatever a filter asks. */
export function arbItem(n: number): fc.Arbitrary<WorklistItem> {
  const studyId = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  return fc.record({
    studyUid: fc.constant(`1.2.${n}`),
    studyId: fc.constant(studyId),
    patientName: fc.constant({ alphabetic: 'A^B' }),
    patientId: fc.constant('P'),
    birthDate: fc.constant(null),
    sex: fc.constant(null),
    accessionNumber: fc.constant('A'),
    modality: fc.constantFrom(...MODALITIES),
    bodyPart: fc.constantFrom(...PARTS),
    description: fc.constant('D'),
    institution: fc.constantFrom(...SITES),
    class: fc.constantFrom('stat' as const, 'emergency' as const, 'inpatient' as const, 'outpatient' as const, null),
    synthetic: fc.constant(true),
    receivedAt: fc.integer({ min: FIRST_ARRIVAL, max: FIRST_ARRIVAL + SPAN_MS }),
    studyDateTime: fc.constant(null),
    arrival: fc.constant('complete' as const),
    imageCount: fc.constant(1),
    tier: fc.constantFrom(0 as const, 1 as const, 2 as const),
    // Few keys: ties are broken by the UID.
    sortKey: fc.integer({ min: 0, max: 5 }),
    dueAt: fc.constant(0),
    reasons: fc.constant([]),
    ai: fc.constantFrom(...aiStateSchema.options),
    topFinding: fc.constant(null),
    analyses: arbAnalyses,
    openAlerts: fc.constant(0),
    override: fc.constant(null),
    overdueAt: fc.constant(null),
    aside: fc.constant(null),
    status: fc.constantFrom(...readingStatusSchema.options),
    assignedTo: fc.option(fc.constantFrom(...READERS).map((id) => ({ id, name: id }))),
    revision: fc.constant(n + 1),
  });
}

const some = <T extends string>(values: readonly T[]): fc.Arbitrary<T[]> => fc.oneof({ weight: 2, arbitrary: fc.constant<T[]>([]) }, fc.subarray([...values]));
const arbMoment = fc.option(fc.integer({ min: FIRST_ARRIVAL, max: FIRST_ARRIVAL + SPAN_MS }));

export const arbFilter: fc.Arbitrary<WorklistFilter> = fc.record({
  tier: some(TIERS),
  ai: some(aiFacetSchema.options),
  modality: some([...MODALITIES, 'US']),
  bodyPart: some(PARTS),
  status: some(readingStatusSchema.options),
  class: some(classFacetSchema.options),
  assigned: some(assignedFacetSchema.options),
  site: some(SITES),
  received: fc.oneof(fc.constant(null), fc.record({ withinMs: fc.integer({ min: 60_000, max: SPAN_MS }) }), fc.record({ from: arbMoment, to: arbMoment })),
});

/** `now` of the reader that looks, ms since epoch. */
export const arbNow = fc.integer({ min: FIRST_ARRIVAL, max: FIRST_ARRIVAL + 2 * SPAN_MS });
