import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { analysisViewSchema } from '@readroom/shared/finding/analysis-view';
import { analyseStudySchema, cancelAnalysisSchema, type AnalyseAnswer } from '@readroom/shared/wire/edge-down';
import { z } from 'zod';
import { analysed, bleed, received } from '../edge/testing/bodies.ts';
import { greetedEdge, type EdgeSpeaker } from '../edge/testing/edge-speaker.ts';
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts';
import { restItemSchema } from '../worklist/page/worklist-routes.ts';
import { endSilentAnalyses, NO_ANSWER_AFTER_MS } from './ask/time-out.ts';

let gateway: TestGateway;
let edge: EdgeSpeaker;
let cookie: string;
let elsewhere: string;
/** Moved by the tests that need another time. */
let shiftMs = 0;
/** How the edge answers `analyse-study`. */
let answer: AnalyseAnswer['outcome'] | 'silence' = 'queued';
const cancelled: string[] = [];

const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), nextCursor: z.string().nullable() });

beforeAll(async () => {
  gateway = await startTestGateway({ hospitals: ['one', 'two'], clock: () => Date.now() + shiftMs });
  ({ cookie } = await gateway.signIn('attending'));
  ({ cookie: elsewhere } = await gateway.signIn('attending', 'org-two'));
  edge = await greetedEdge(gateway.url, gateway.nodeKey);
  await edge.commands(null, (_id, command) => {
    const asked = analyseStudySchema.safeParse(command);
    if (asked.success && answer !== 'silence') void edge.call('edge.answer', { requestId: asked.data.requestId, outcome: answer });
    const stop = cancelAnalysisSchema.safeParse(command);
    if (stop.success) cancelled.push(stop.data.studyUid);
  });
});
beforeEach(() => {
  answer = 'queued';
  shiftMs = 0;
});
afterAll(async () => {
  edge.terminate();
  await gateway.stop();
});

async function rest(method: string, path: string, options: { body?: unknown; as?: string } = {}): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${gateway.url}${path}`, {
    method,
    headers: { cookie: options.as ?? cookie, ...(options.body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  return { status: response.status, body: await response.json() };
}
async function analysis(method: string, path: string, options: { body?: unknown } = {}) {
  const { body } = await rest(method, path, options);
  return analysisViewSchema.parse(body);
}
async function ofStudy(studyUid: string) {
  return pageOf(analysisViewSchema).parse((await rest('GET', `/api/image-analysis?studyUid=${studyUid}`)).body).items;
}
async function row(studyUid: string) {
  return pageOf(restItemSchema).parse((await rest('GET', `/api/worklist?studyUid=${studyUid}`)).body).items[0];
}

describe('reading', () => {
  test('an analysis has every field the plan names, with the box of its best mark', async () => {
    await edge.say(analysed('1.1.1'));
    const [found] = await ofStudy('1.1.1');
    expect(found).toMatchObject({
      studyUid: '1.1.1', status: 'final', role: 'active', modality: 'CT', model: { id: 'head_ct', version: '1.0.0' }, provider: 'cpu', quality: { score: 0.9 }, timings: { totalMs: 10 },
      findings: [{ id: '1.1.1-ich', label: 'Intracranial haemorrhage', severity: 'critical', confidence: 0.97, box: { x: 10, y: 20, width: 30, height: 40 }, sliceIndex: 0, sopInstanceUid: '1.1.1.1.1' }],
    });
    expect(await analysis('GET', `/api/image-analysis/${found!.id}`)).toEqual(found);
    expect(await row('1.1.1')).toMatchObject({ patientName: 'SYNTHETIC, Case', tier: 0, class: null, status: 'unread', analyses: [{ modelId: 'head_ct', status: 'final' }] });
  });

  test('a structure comes with its sizes and the bounds of its outline, routine and out of tier 0', async () => {
    const measurements = [{ kind: 'volume' as const, label: 'Volume', value: 3.12, unit: 'ml' as const, uncertainty: 0.17 }];
    const box = { x: 1, y: 2, width: 30, height: 40 };
    const mark = { kind: 'contour' as const, sopInstanceUid: '1.1.9.1.1', frameNumber: 1, sliceIndex: 0, box, outline: [1, 2, 31, 2, 31, 42], confidence: 0.9 };
    await edge.say(analysed('1.1.9', { findings: [bleed('1.1.9', { id: 'h', code: 'hippocampus', label: 'Hippocampus', severity: 'routine', alert: false, sopInstanceUid: '1.1.9.1.1', sliceIndex: 0, marks: [mark], measurements })] }));
    expect((await ofStudy('1.1.9'))[0]?.findings).toMatchObject([{ code: 'hippocampus', measurements, box, marks: [mark] }]);
    expect(await row('1.1.9')).toMatchObject({ tier: 2, ai: 'routine' });
  });

  test('pages by cursor, newest first, each once; filters hold', async () => {
    await edge.say(...[1, 2, 3, 4, 5].map((n) => analysed(`1.2.${n}`, n === 5 ? { status: 'failed', findings: [], reason: { code: 'x', text: 'y' } } : {}, n === 4 ? { modality: 'CR' } : {})));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { body } = await rest('GET', `/api/image-analysis?limit=2${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
      const page: { items: { id: string }[]; nextCursor: string | null } = pageOf(analysisViewSchema).parse(body);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(6);
    const filtered = async (query: string) => pageOf(analysisViewSchema).parse((await rest('GET', `/api/image-analysis?${query}`)).body).items.map(({ studyUid }) => studyUid);
    expect(await filtered('modality=CR,MR')).toEqual(['1.2.4']);
    expect(await filtered('status=failed,refused')).toEqual(['1.2.5']);
    expect(await filtered(`since=${encodeURIComponent(new Date(Date.now() + 60_000).toISOString())}`)).toEqual([]);
  });

  test('the list pages by cursor in its order, and filters', async () => {
    const whole = pageOf(restItemSchema).parse((await rest('GET', '/api/worklist?limit=200')).body).items.map(({ studyUid }) => studyUid);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { body } = await rest('GET', `/api/worklist?limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      const page: { items: { studyUid: string }[]; nextCursor: string | null } = pageOf(restItemSchema).parse(body);
      seen.push(...page.items.map(({ studyUid }) => studyUid));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(whole);
    expect((await rest('GET', '/api/worklist?modality=CR')).body).toMatchObject({ items: [{ studyUid: '1.2.4' }] });
    expect((await rest('GET', '/api/worklist?status=final,claimed')).body).toMatchObject({ items: [] });
    expect((await rest('GET', `/api/worklist?since=${Date.now() + 60_000}`)).body).toMatchObject({ items: [] });
  });

  test('IT reads the list without names', async () => {
    const { cookie: technician } = await gateway.signIn('it');
    const { body } = await rest('GET', '/api/worklist', { as: technician });
    expect(pageOf(restItemSchema).parse(body).items[0]).toMatchObject({ patientName: null, patientId: null });
    expect(JSON.stringify(body)).not.toMatch(/SYNTHETIC|SYN-1/);
  });

  test.each([
    ['/api/worklist?cursor=bm9uc2Vuc2U', 'This cursor is none of ours'],
    ['/api/image-analysis?cursor=%F0%9F%92%A5', 'This cursor is none of ours'],
    ['/api/worklist?limit=0', 'limit'],
    ['/api/image-analysis?status=perhaps', 'status'],
    ['/api/worklist?since=yesterday', 'since'],
    ['/api/image-analysis?studyUid=1.x', 'studyUid'],
    ['/api/image-analysis/not-an-id', 'id'],
  ])('%s answers 400 and says what is wrong', async (path, words) => {
    const { status, body } = await rest('GET', path);
    expect([status, errorSchema.parse(body).error.code]).toEqual([400, 'bad-input']);
    expect(errorSchema.parse(body).error.message).toContain(words);
  });
});

describe('asking', () => {
  test('a request is queued, what AI said stays in force, and the result fills its row', async () => {
    await edge.say(analysed('1.3.1'));
    const { status, body } = await rest('POST', '/api/image-analysis', { body: { studyUid: '1.3.1' } });
    const queued = analysisViewSchema.parse(body);
    expect([status, queued.status]).toEqual([202, 'queued']);
    expect(await row('1.3.1')).toMatchObject({ tier: 0, ai: 'critical' });
    await edge.say(analysed('1.3.1', { status: 'running', findings: [], provider: null, quality: null, timings: null }));
    expect(await analysis('GET', `/api/image-analysis/${queued.id}`)).toMatchObject({ status: 'running', model: { id: 'head_ct' } });
    expect(await row('1.3.1')).toMatchObject({ tier: 0, ai: 'critical' });
    await edge.say(analysed('1.3.1', { findings: [] }));
    expect(await analysis('GET', `/api/image-analysis/${queued.id}`)).toMatchObject({ status: 'final', live: true, findings: [] });
    expect(await row('1.3.1')).toMatchObject({ tier: 2, ai: 'clear' });
    expect((await ofStudy('1.3.1')).map(({ live }) => live)).toEqual([true, false]);
  });

  test.each([
    ['not-at-edge', 409, 'not-at-edge'],
    ['no-model', 422, 'no-model'],
  ] as const)('an edge that answers %s is told on as %i, and nothing stays queued', async (outcome, status, code) => {
    await edge.say(received('1.3.2'));
    answer = outcome;
    const refused = await rest('POST', '/api/image-analysis', { body: { studyUid: '1.3.2' } });
    expect([refused.status, errorSchema.parse(refused.body).error.code]).toEqual([status, code]);
    expect(await row('1.3.2')).toMatchObject({ ai: 'not-analysed', analyses: [] });
  });

  test('a silent edge is waited for with a bound; one that is away is said to be', async () => {
    answer = 'silence';
    const late = await rest('POST', '/api/image-analysis', { body: { studyUid: '1.3.2' } });
    expect([late.status, errorSchema.parse(late.body).error.code]).toEqual([504, 'edge-timeout']);
    const { nodeKey } = await gateway.addNode(gateway.organisation);
    const other = await greetedEdge(gateway.url, nodeKey);
    await other.say(received('1.3.3'));
    other.terminate();
    await other.closed;
    const away = await rest('POST', '/api/image-analysis', { body: { studyUid: '1.3.3' } });
    expect([away.status, errorSchema.parse(away.body).error.code]).toEqual([503, 'edge-offline']);
  });

  test('a model the node does not have is refused before anybody waits', async () => {
    const refused = await rest('POST', '/api/image-analysis', { body: { studyUid: '1.3.2', modelId: 'nothing_like_it' } });
    expect(errorSchema.parse(refused.body).error.code).toBe('no-model');
    expect((await rest('POST', '/api/image-analysis', { body: { studyUid: '1.3.2', modelId: 'cxr' } })).body).toMatchObject({ status: 'queued', model: { id: 'cxr', version: '1.0.0' } });
  });

  test('a cancelled request counts no longer, the edge is told, and what was known stays', async () => {
    await edge.say(analysed('1.3.4'));
    const queued = await analysis('POST', '/api/image-analysis', { body: { studyUid: '1.3.4' } });
    expect(await analysis('DELETE', `/api/image-analysis/${queued.id}`)).toMatchObject({ status: 'cancelled', reason: { code: 'cancelled-by-person' } });
    expect(await analysis('DELETE', `/api/image-analysis/${queued.id}`)).toMatchObject({ status: 'cancelled' });
    await vi.waitFor(() => expect(cancelled).toContain('1.3.4'), { timeout: 10_000 });
    expect(await row('1.3.4')).toMatchObject({ tier: 0, analyses: [{ status: 'final' }] });
    const [final] = (await ofStudy('1.3.4')).filter(({ status }) => status === 'final');
    const refused = await rest('DELETE', `/api/image-analysis/${final!.id}`);
    expect([refused.status, errorSchema.parse(refused.body).error.code]).toEqual([409, 'conflict']);
  });

  test('an analysis nobody hears of again has failed, visibly; a late result still counts [PR7]', async () => {
    await edge.say(received('1.3.5'));
    const queued = await analysis('POST', '/api/image-analysis', { body: { studyUid: '1.3.5' } });
    expect(await row('1.3.5')).toMatchObject({ ai: 'pending' });
    shiftMs = NO_ANSWER_AFTER_MS + 1_000;
    await endSilentAnalyses(gateway.deps);
    expect(await analysis('GET', `/api/image-analysis/${queued.id}`)).toMatchObject({ status: 'failed', reason: { code: 'no-answer' } });
    expect(await row('1.3.5')).toMatchObject({ ai: 'not-analysed' });
    await edge.say(analysed('1.3.5'));
    expect(await row('1.3.5')).toMatchObject({ ai: 'critical', tier: 0 });
  });
});

describe('answering a finding', () => {
  test('[PR3] a refusal takes the study out of tier 0 at once, is audited without its note, and can be taken back', async () => {
    await edge.say(analysed('1.4.1', { findings: [bleed('1.4.1', { id: 'f/1' })] }));
    const [one] = await ofStudy('1.4.1');
    const path = `/api/image-analysis/${one!.id}/findings/${encodeURIComponent('f/1')}/feedback`;
    const refused = await analysis('POST', path, { body: { verdict: 'refuse', note: 'calcification' } });
    expect(refused.findings[0]?.feedback).toMatchObject({ verdict: 'refuse', note: 'calcification' });
    expect(await row('1.4.1')).toMatchObject({ tier: 2, ai: 'clear' });
    const { client } = await gateway.deps.hospital(gateway.organisation);
    const events = await client.auditEvent.findMany({ where: { action: 'finding.feedback' } });
    expect(events).toMatchObject([{ role: 'attending', subject: { findingId: 'f/1', verdict: 'refuse' } }]);
    expect(JSON.stringify(events)).not.toContain('calcification');
    await analysis('POST', path, { body: { verdict: 'agree' } });
    expect(await row('1.4.1')).toMatchObject({ tier: 0 });
    expect((await rest('POST', path, { body: { verdict: 'perhaps' } })).status).toBe(400);
  });
});

describe('who may', () => {
  test('[TN1] ids of another hospital are not found', async () => {
    const [ours] = await ofStudy('1.1.1');
    const as = elsewhere;
    const answers = await Promise.all([
      rest('GET', `/api/image-analysis/${ours!.id}`, { as }),
      rest('DELETE', `/api/image-analysis/${ours!.id}`, { as }),
      rest('POST', `/api/image-analysis/${ours!.id}/findings/1.1.1-ich/feedback`, { as, body: { verdict: 'refuse' } }),
      rest('POST', '/api/image-analysis', { as, body: { studyUid: '1.1.1' } }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect((await rest('GET', '/api/worklist', { as })).body).toMatchObject({ items: [] });
    expect((await rest('GET', '/api/image-analysis?studyUid=1.1.1', { as })).body).toMatchObject({ items: [] });
  });

  test('nobody signed in gets 401, IT gets 403', async () => {
    const { cookie: technician } = await gateway.signIn('it');
    for (const path of ['/api/worklist', '/api/image-analysis']) expect((await rest('GET', path, { as: '' })).status).toBe(401);
    expect((await rest('GET', '/api/image-analysis', { as: technician })).status).toBe(403);
    expect((await rest('POST', '/api/image-analysis', { as: technician, body: { studyUid: '1.1.1' } })).status).toBe(403);
  });

  test('the OpenAPI document describes every route, field and error', async () => {
    const document = z
      .object({ openapi: z.string(), paths: z.record(z.string(), z.record(z.string(), z.object({ responses: z.record(z.string(), z.unknown()), parameters: z.array(z.object({ name: z.string() })).optional() }))) })
      .parse((await rest('GET', '/api/openapi.json')).body);
    expect(document.openapi).toBe('3.1.0');
    const found = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
    expect(found).toEqual(expect.arrayContaining(['GET /api/worklist', 'GET /api/image-analysis', 'POST /api/image-analysis', 'GET /api/image-analysis/{id}', 'DELETE /api/image-analysis/{id}', 'POST /api/image-analysis/{id}/findings/{findingId}/feedback']));
    expect(document.paths['/api/worklist']?.['get']?.parameters?.map(({ name }) => name).sort()).toEqual(['ai', 'assigned', 'bodyPart', 'class', 'cursor', 'limit', 'modality', 'since', 'site', 'status', 'studyUid', 'tier', 'until']);
    expect(Object.keys(document.paths['/api/image-analysis']?.['post']?.responses ?? {}).sort()).toEqual(['202', '400', '401', '403', '404', '409', '422', '503', '504', 'default']);
  });
});
