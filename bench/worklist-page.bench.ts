import type { Hospital } from '@readroom/db';
import { encodeCursor } from '../apps/gateway/src/worklist/page/cursor.ts';
import { placeOf, readPage } from '../apps/gateway/src/worklist/page/read-page.ts';
import { interleave, resultOf } from './harness.ts';
import type { Benchmark } from './harness.ts';
import { hospitalWithRows } from './rows.ts';
import type { RowsToWrite } from './rows.ts';

const ROWS = 1_000_000;
const FEW = 10_000;
const PAGE = 50;
const PAGES_A_SAMPLE = 400;
const PAIRS = 7;
const FIRST_KEY = 1_750_000_000_000;

/** One page of the list at a million live rows, from anywhere in it: our read (head, rows, parsed) beside the bare statement. */
export const benchmark: Benchmark = {
  name: 'worklist-page',
  what: `a page of ${String(PAGE)} of ${String(ROWS)} rows, query to parsed page`,
  async run(context) {
    const [many, few] = [await hospitalWithRows(context, (schema) => rowsOf(schema, ROWS)), await hospitalWithRows(context, (schema) => rowsOf(schema, FEW))];
    const ours = (hospital: Hospital, rows: number) => () => timed(rows, (place) => readOurs(hospital, place));
    const raw = await interleave(PAIRS, ours(many, ROWS), () => timed(ROWS, (place) => readBare(many, place)));
    const growth = await interleave(PAIRS, ours(many, ROWS), ours(few, FEW));
    return [
      resultOf(raw, { name: 'worklist-page', unit: 'ms a page', bar: { text: '<= 1.3x raw pg', ok: ({ ratio }) => ratio <= 1.3 }, note: 'peer: the same keyset statement through raw pg, rows left as they come' }),
      resultOf(growth, { name: 'worklist-page growth', unit: 'ms a page', bar: { text: '<= 1.5x of 10,000 rows', ok: ({ ratio }) => ratio <= 1.5 }, note: `peer: the same of ${String(FEW)} rows` }),
    ];
  },
};

/** Rows as the gateway writes them, made where they live. */
function rowsOf(schema: string, rows: number): RowsToWrite {
  return {
    rows,
    settle: 'vacuum analyze',
    insert: (first, last) => `
    insert into "${schema}".worklist_item (study_id, study_uid, live, tier, sort_key, due_at, reasons, modality, status, ai, received_at, item, revision)
    select gen_random_uuid(), '1.2.' || n, true, n % 3, ${FIRST_KEY} + n::bigint * 1000, now(), '[]', (array['CT','CR','MR','US'])[1 + n % 4], 'unread', 'clear', now(),
      jsonb_build_object(
        'studyUid', '1.2.' || n, 'studyId', gen_random_uuid(), 'patientName', jsonb_build_object('alphabetic', 'SYNTHETIC^Row ' || n), 'patientId', 'SYN-' || n, 'birthDate', '1960-02-03',
        'sex', 'F', 'accessionNumber', 'A' || n, 'modality', 'CT', 'bodyPart', 'HEAD', 'description', 'Head without contrast', 'institution', 'Bench', 'class', null, 'synthetic', true,
        'receivedAt', ${FIRST_KEY}, 'studyDateTime', null, 'arrival', 'complete', 'imageCount', 120, 'tier', n % 3, 'sortKey', ${FIRST_KEY} + n::bigint * 1000, 'dueAt', ${FIRST_KEY},
        'reasons', '[{"code":"arrival","text":"Arrived","ms":${FIRST_KEY},"minutes":29166666},{"code":"class.unclassed","text":"No class given: may wait","ms":14400000,"minutes":240},{"code":"ai.clear","text":"AI: nothing found","ms":0,"minutes":0}]'::jsonb,
        'ai', 'clear', 'topFinding', null, 'analyses', jsonb_build_array(jsonb_build_object('id', gen_random_uuid(), 'modelId', 'head_ct', 'version', '1.0.0', 'role', 'active', 'status', 'final', 'reason', null)),
        'openAlerts', 0, 'status', 'unread', 'assignedTo', null, 'revision', n),
      n
    from generate_series(${first}, ${last}) n`,
  };
}

type Place = { readonly tier: 0 | 1 | 2; readonly sortKey: number; readonly studyUid: string };

/** Mean ms of pages begun at places spread over the whole list, the same in every sample. */
async function timed(of: number, read: (place: Place) => Promise<number>): Promise<number> {
  const began = performance.now();
  for (let n = 0; n < PAGES_A_SAMPLE; n += 1) {
    const row = 1 + ((n * 16_111) % (of - 1_000));
    const tier = ([0, 1, 2] as const)[row % 3] ?? 0;
    const rows = await read({ tier, sortKey: FIRST_KEY + row * 1000, studyUid: `1.2.${String(row)}` });
    if (rows !== PAGE) throw new Error(`A page held ${String(rows)} rows instead of ${String(PAGE)}.`);
  }
  return (performance.now() - began) / PAGES_A_SAMPLE;
}

async function readOurs(hospital: Hospital, place: Place): Promise<number> {
  return (await readPage(hospital, { limit: PAGE, cursor: encodeCursor(placeOf(place)) })).items.length;
}

async function readBare(hospital: Hospital, place: Place): Promise<number> {
  const { rows } = await hospital.pool.query(
    `select item from "${hospital.schema}".worklist_item
     where live and (tier, sort_key, study_uid collate "C") > ($1::smallint, $2::bigint, $3) order by tier, sort_key, study_uid collate "C" limit $4`,
    [place.tier, place.sortKey, place.studyUid, PAGE],
  );
  return rows.length;
}
