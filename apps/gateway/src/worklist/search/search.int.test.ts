import fc from 'fast-check';
import { matchesFilter, NO_FILTER } from '@readroom/shared/worklist/filter';
import { matchesSearch, searchTerms, searchWords } from '@readroom/shared/worklist/search';
import { arbFilter } from '@readroom/shared/worklist/testing/arbitrary';
import type { Member } from '@readroom/shared/access/can';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { received } from '../../edge/testing/bodies.ts';
import { greetedEdge, type EdgeSpeaker } from '../../edge/testing/edge-speaker.ts';
import { apiClient } from '../../testing/api-client.ts';
import { createLog } from '../../infra/log.ts';
import { startTestGateway, type TestGateway } from '../../testing/test-gateway.ts';
import { readPage } from '../page/read-page.ts';
import { makeSearchTerms } from './make-terms.ts';
import { searchWorklist } from './search.ts';

const NAMES = [
  { alphabetic: 'Yamada^Tarou', ideographic: '山田^太郎', phonetic: 'やまだ^たろう' },
  { alphabetic: 'Hong^Gildong', ideographic: '洪^吉洞', phonetic: '홍^길동' },
  { alphabetic: `O'Brien:*^Zoë & !x` },
  { alphabetic: 'Müller^Jürgen' },
  { alphabetic: '' },
];
const said: string[] = [];
let gateway: TestGateway;
let edge: EdgeSpeaker;
let items: readonly WorklistItem[];
let member: Member;
beforeAll(async () => {
  gateway = await startTestGateway({ hospitals: ['one', 'two'], log: createLog('trace', { write: (line: string) => void said.push(line) }) });
  ({ member } = await gateway.signIn('resident'));
  edge = await greetedEdge(gateway.url, gateway.nodeKey);
  for (const [n, patientName] of NAMES.entries()) await edge.say(received(`1.7.${n}`, { patient: { id: `RR-00${n}`, issuer: '', name: patientName, birthDate: null, sex: null }, accessionNumber: `ACC-2024-${n}`, modality: n % 2 === 0 ? 'CT' : 'MR', description: 'Thorax' }));
  items = (await readPage(await gateway.deps.hospital(gateway.organisation), { limit: 200 })).items;
});
afterAll(async () => {
  edge.terminate();
  await gateway.stop();
});

const hospital = () => gateway.deps.hospital(gateway.organisation);
const uids = (found: readonly WorklistItem[]): string[] => found.map(({ studyUid }) => studyUid);
async function search(text: string, filter = NO_FILTER): Promise<string[]> {
  return uids((await searchWorklist(gateway.deps, member, { text, filter })).items);
}

test('[LF4] PostgreSQL and the predicate find the same rows for whatever is typed, under any filter', async () => {
  const arbWord = fc.oneof(fc.constantFrom('yam', '山田', '太郎', 'やまだ', 'ﾔﾏﾀﾞ', '홍', '길동', 'acc', '2024', 'rr', 'thorax', 'mul', 'o', `o'brien`, ':*', '&', '!x', 'zoe', 'head'), fc.string({ unit: 'grapheme', maxLength: 4 }));
  await fc.assert(
    fc.asyncProperty(fc.array(arbWord, { minLength: 1, maxLength: 3 }), fc.oneof(fc.constant(NO_FILTER), arbFilter), async (typed, filter) => {
      const words = searchWords(typed.join(' '));
      if (words.length === 0) return;
      const viewer = { userId: member.userId, now: gateway.deps.clock() };
      const expected = items.filter((item) => matchesSearch(searchTerms(item), words) && matchesFilter(item, filter, viewer));
      expect((await search(typed.join(' '), filter)).sort()).toEqual(uids(expected).sort());
    }),
    { numRuns: 40 },
  );
});

test('open studies come first in the order of the list, signed ones after them and found too', async () => {
  expect(await search('thorax')).toEqual(uids(items));
  const { pool, schema } = await hospital();
  await pool.query(`update "${schema}".worklist_item set live = false, status = 'final' where study_uid = $1`, [items[0]?.studyUid]);
  expect(await search('thorax')).toEqual([...uids(items.slice(1)), items[0]?.studyUid]);
  await pool.query(`update "${schema}".worklist_item set live = true, status = 'unread' where study_uid = $1`, [items[0]?.studyUid]);
});

test('[LF5] what was typed is in no address, log or audit; who searched and how many were found is audited', async () => {
  const { cookie, member: reader } = await gateway.signIn('attending');
  const asked = vi.spyOn(globalThis, 'fetch');
  const { items: found } = await apiClient(gateway.url, cookie).worklist.search.mutate({ text: 'Gildong', filter: NO_FILTER });
  expect(found).toHaveLength(1);
  const addresses = asked.mock.calls.map(([target]) => String(target)).join(' ');
  asked.mockRestore();
  const event = await (await hospital()).client.auditEvent.findFirst({ where: { action: 'worklist.search', actor: reader.userId } });
  expect(event?.subject).toEqual({ found: 1, shown: 1, words: 1 });
  const audit = JSON.stringify((await (await hospital()).client.auditEvent.findMany()).map(({ subject }) => subject));
  for (const place of [addresses, said.join(' '), audit]) expect(place).not.toMatch(/gildong/i);
  expect(said.length).toBeGreaterThan(0);
});

test('whoever sees no names searches nothing; nothing typed is refused; another hospital finds nothing', async () => {
  const it = await gateway.signIn('it');
  await expect(searchWorklist(gateway.deps, it.member, { text: 'yamada', filter: NO_FILTER })).rejects.toMatchObject({ code: 'forbidden' });
  await expect(search(' ^ ')).rejects.toMatchObject({ code: 'bad-input' });
  const other = await gateway.signIn('resident', 'org-two');
  expect((await searchWorklist(gateway.deps, other.member, { text: 'yamada', filter: NO_FILTER })).items).toEqual([]);
});

test('rows written before there was a search are found once their words are made', async () => {
  const { pool, schema } = await hospital();
  await pool.query(`update "${schema}".worklist_item set search_terms = null`);
  expect(await search('yamada')).toEqual([]);
  await makeSearchTerms(gateway.deps, await hospital());
  expect(await search('yamada')).toEqual(['1.7.0']);
});
