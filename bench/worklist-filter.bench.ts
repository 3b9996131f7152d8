import type { Hospital } from '@readroom/db';
import { HOUR_MS } from '@readroom/shared/clock';
import { seededRandom } from '@readroom/shared/seeded-random';
import { worklistFilterSchema, type WorklistFilter } from '@readroom/shared/worklist/filter';
import { readPage } from '../apps/gateway/src/worklist/page/read-page.ts';
import { percentile } from './harness.ts';
import type { BenchContext, BenchResult, Benchmark } from './harness.ts';
import { hospitalWithRows } from './rows.ts';
import type { RowsToWrite } from './rows.ts';

const ROWS = 1_000_000;
const OPEN = 20_000;
const FILTERS = 200;
const PAGE = 50;
const NOW = 1_790_000_000_000;
/** One study each 4.3 s: a million in fifty days. */
const GAP_MS = 4_300;

const VALUES = {
  modality: ['CT', 'CR', 'MR', 'US', 'DX', 'MG', 'XA', 'NM'],
  bodyPart: ['CHEST', 'HEAD', 'ABDOMEN', 'KNEE', 'SPINE', 'HAND', 'HIP', 'NECK', 'BREAST', 'FOOT'],
  site: ['North', 'South', 'East', 'West', 'Harbour', 'Hill', 'Lake', 'Mill', 'Old town', 'Airport', 'Station', 'Campus'],
  class: ['stat', 'emergency', 'inpatient', 'outpatient'],
  ai: ['critical', 'urgent', 'routine', 'clear', 'pending', 'not-analysed'],
  status: ['unread', 'claimed', 'reading', 'preliminary'],
} as const;

/** First pages of generated filter combinations, rare and impossible ones among them, over a million rows of which few are open. */
export const benchmark: Benchmark = {
  name: 'worklist-filter',
  what: `the first page of ${String(FILTERS)} filter combinations at ${String(ROWS)} rows of which ${String(OPEN)} are open`,
  async run(context) {
    const hospital = await hospitalWithRows(context, rowsOf);
    return [await measure(hospital, 'open', context), await measure(hospital, 'signed', context)];
  },
};

async function measure(hospital: Hospital, part: 'open' | 'signed', context: BenchContext): Promise<BenchResult> {
  const filters = filtersOf(part);
  const took: number[] = [];
  let short = 0;
  // The first round warms the caches.
  for (const round of ['warm', 'measured']) {
    for (const filter of filters) {
      const began = performance.now();
      const page = await readPage(hospital, { limit: PAGE, filter }, { userId: 'reader-1', now: NOW });
      if (round === 'warm') continue;
      took.push(performance.now() - began);
      if (page.items.length < PAGE) short += 1;
    }
  }
  const p95 = percentile(took, 95);
  context.log(`${part}: p50 ${percentile(took, 50).toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, worst ${Math.max(...took).toFixed(1)} ms; ${String(short)} of ${String(filters.length)} matched less than a page`);
  const bar = part === 'open' ? '<= 20 ms p95' : null;
  return { name: `worklist-filter ${part}`, ours: p95, peer: null, ratio: null, unit: 'ms p95', bar, ok: bar === null ? null : p95 <= 20, note: `p50 ${percentile(took, 50).toFixed(1)}, worst ${Math.max(...took).toFixed(1)}; ${String(short)} matched less than a page` };
}

/** The same in every run. */
function filtersOf(part: 'open' | 'signed'): WorklistFilter[] {
  const random = seededRandom(7);
  const next = (below: number): number => Math.floor(random() * below);
  return Array.from({ length: FILTERS }, () => {
    const chosen: Record<string, unknown> = {};
    const facets = Object.keys(VALUES) as (keyof typeof VALUES)[];
    for (let facet = 1 + next(4); facet > 0; facet -= 1) {
      const name = facets[next(facets.length)] ?? 'modality';
      chosen[name] = Array.from({ length: 1 + next(2) }, () => VALUES[name][next(VALUES[name].length)]);
    }
    if (next(3) === 0) chosen['received'] = { withinMs: (1 + next(48)) * HOUR_MS };
    if (next(4) === 0) chosen['assigned'] = [['me', 'others', 'nobody'][next(3)]];
    if (part === 'signed') chosen['status'] = ['final'];
    return worklistFilterSchema.parse(chosen);
  });
}

/** Values fall off steeply, so that the last of each are rare; body part goes with modality, as it does. */
function rowsOf(schema: string): RowsToWrite {
  const pick = (values: readonly string[], from: string): string => `(array[${values.map((value) => `'${value}'`).join(',')}])[1 + floor(${String(values.length)} * power(${from}, 3))]`;
  return {
    rows: ROWS,
    settle: 'vacuum analyze',
    insert: (first, last) => `
    insert into "${schema}".worklist_item (study_id, study_uid, live, tier, sort_key, due_at, reasons, modality, status, ai, assigned_to, received_at, item, revision)
    select study_id, '1.2.' || n, n > ${ROWS - OPEN}, case when class = 'stat' then 1 else 2 end, ${NOW} - (${ROWS} - n)::bigint * ${GAP_MS}, now(), '[]', modality, status, ai, who, to_timestamp((${NOW} - (${ROWS} - n)::bigint * ${GAP_MS}) / 1000.0),
      jsonb_build_object(
        'studyUid', '1.2.' || n, 'studyId', study_id, 'patientName', jsonb_build_object('alphabetic', 'SYNTHETIC^Row ' || n), 'patientId', 'SYN-' || n, 'birthDate', '1960-02-03',
        'sex', 'F', 'accessionNumber', 'A' || n, 'modality', modality, 'bodyPart', part, 'description', 'Made for measuring', 'institution', site, 'class', class, 'synthetic', true,
        'receivedAt', ${NOW} - (${ROWS} - n)::bigint * ${GAP_MS}, 'studyDateTime', null, 'arrival', 'complete', 'imageCount', 120, 'tier', case when class = 'stat' then 1 else 2 end,
        'sortKey', ${NOW} - (${ROWS} - n)::bigint * ${GAP_MS}, 'dueAt', ${NOW},
        'reasons', '[{"code":"arrival","text":"Arrived","ms":1790000000000,"minutes":29833333},{"code":"class.unclassed","text":"No class given: may wait","ms":14400000,"minutes":240},{"code":"ai.clear","text":"AI: nothing found","ms":0,"minutes":0}]'::jsonb,
        'ai', ai, 'topFinding', null, 'analyses', jsonb_build_array(jsonb_build_object('id', study_id, 'modelId', 'head_ct', 'version', '1.0.0', 'role', 'active', 'status', 'final', 'reason', null)),
        'openAlerts', 0, 'status', status, 'assignedTo', case when who is null then null else jsonb_build_object('id', who, 'name', who) end, 'revision', n),
      n
    from (
      select n, gen_random_uuid() as study_id, ${pick(VALUES.modality, 'a')} as modality, ${pick(VALUES.bodyPart, 'a * 0.7 + b * 0.3')} as part, ${pick(VALUES.site, 'c')} as site, ${pick([...VALUES.class].reverse(), 'd')} as class, ${pick([...VALUES.ai].reverse(), 'e')} as ai,
        case when n <= ${ROWS - OPEN} then 'final' else ${pick(VALUES.status, 'f')} end as status, case when f > 0.9 then 'reader-' || floor(g * 30) end as who
      from (select n, random() a, random() b, random() c, random() d, random() e, random() f, random() g from generate_series(${first}, ${last}) n) dice
    ) made`,
  };
}
