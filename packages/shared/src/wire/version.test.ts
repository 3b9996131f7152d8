import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { qualitySchema } from '../finding/analysis.ts';
import { findingSchema, markSchema } from '../finding/finding.ts';
import { challengeSchema, enrolSchema, enrolledSchema, proofSchema, rotateSchema } from './auth.ts';
import { analyseAnswerSchema, canaryAnswerSchema, edgeDownSchema } from './edge-down.ts';
import { edgeAckSchema, edgeUpBodySchema, edgeUpSchema } from './edge-up.ts';
import { helloSchema, nodeStatusSchema, welcomeSchema } from './hello.ts';
import { CANARY_SINCE_VERSION, FETCH_PRIOR_SINCE_VERSION, OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from './version.ts';

const MESSAGES = {
  challenge: challengeSchema,
  proof: proofSchema,
  enrol: enrolSchema,
  enrolled: enrolledSchema,
  rotate: rotateSchema,
  edgeUp: edgeUpSchema,
  edgeAck: edgeAckSchema,
  edgeDown: edgeDownSchema,
  analyseAnswer: analyseAnswerSchema,
  canaryAnswer: canaryAnswerSchema,
  hello: helloSchema,
  welcome: welcomeSchema,
  nodeStatus: nodeStatusSchema,
};

/** One line a version: the shape hospitals in the field speak. */
const HASH_OF_VERSION: Readonly<Record<number, string>> = {
  1: 'e32dbbc9706555c5a6fd2b2a0d2e6784d307bf5fe77699c8f431fe5739718f10',
  2: 'c9fdd960d4c4a7e616e169098c4b3b72054e9a7147927b4a7617d49533344337',
  3: 'a3389cd0fd4105ff27fa7cbe277db73c65aa33963fdf6a556f73576562b120cc',
  4: 'c0ce48795c095b3e747bb5143f370e0c033fb506ac8e428ff7cfbdb7e30b922a',
  5: '4a66f883cd9af98762d8305beee52c19d910d65554e4a37b7a8b617facab0ab3',
  6: 'a6a4d47f10dd2780735cfd213d8aec273859437b0880d44bea9715577a19e2d9',
  7: 'baec018a7b9fa09b7bd408efd8ae66e608085e62a1b53b2b9522c30c13404593',
  8: 'd6bf35ca79caa0f3f4d1000b00d8707ae344192ea0a2eae4003f0048e6b06ad9',
  9: '4ca82e1c46a743c7ccaef1763900f05e4bc9662176c6af41a2f3a29fe1afd4dc',
};

test('a changed message raises PROTOCOL_VERSION: write the new hash beside the new number and keep the old branch', () => {
  const shapes = Object.entries(MESSAGES).map(([name, schema]) => [name, z.toJSONSchema(schema)]);
  const hash = createHash('sha256').update(JSON.stringify(shapes)).digest('hex');
  expect(hash).toBe(HASH_OF_VERSION[PROTOCOL_VERSION]);
});

test('the oldest version understood is not newer than the one spoken', () => {
  expect(OLDEST_PROTOCOL_VERSION).toBeGreaterThanOrEqual(1);
  expect(OLDEST_PROTOCOL_VERSION).toBeLessThanOrEqual(PROTOCOL_VERSION);
});

test.each(Object.entries(MESSAGES))('%s holds no refinement or transform, which the hash could not see', (_name, schema) => {
  expect(hidden(schema, new Set())).toEqual([]);
});

/** Every refinement, transform or preprocess in a schema's tree, found through zod's own definition objects. */
function hidden(node: unknown, seen: Set<unknown>): string[] {
  if (typeof node !== 'object' || node === null || seen.has(node)) return [];
  seen.add(node);
  const own = definition(node);
  const found = own && ['transform', 'pipe', 'custom'].includes(own) ? [own] : [];
  return [...found, ...children(node).flatMap((child) => hidden(child, seen))];
}

function definition(node: object): string | null {
  const { type, check } = node as { type?: unknown; check?: unknown };
  if (check === 'custom') return 'custom';
  return typeof type === 'string' ? type : null;
}

function children(node: object): unknown[] {
  if (node instanceof z.core.$ZodType) return [node._zod.def];
  if (node instanceof z.core.$ZodCheck) return [node._zod.def];
  return Object.values(node);
}

test('version 1 is still read: a mark without a size is a mark', () => {
  const mark = { kind: 'box', sopInstanceUid: '1.2', frameNumber: 1, sliceIndex: 0, box: { x: 1, y: 2, width: 3, height: 4 }, confidence: 0.9 };
  expect(markSchema.parse(mark)).toEqual(mark);
  const size = { widthMm: 24, heightMm: 17, uncertaintyMm: 5 };
  expect(markSchema.parse({ ...mark, size })).toEqual({ ...mark, size });
});

test('version 3 is still read: a finding without measurements is a finding', () => {
  const finding = { id: 'a', code: 'hippocampus', label: 'Hippocampus', side: null, severity: 'routine', confidence: 0.9, uncertainty: null, alert: false, sopInstanceUid: '1.2', sliceIndex: 0, marks: [] };
  expect(findingSchema.parse(finding)).toEqual(finding);
  const measurements = [{ kind: 'volume', label: 'Volume', value: 3.12, unit: 'ml', uncertainty: null }];
  expect(findingSchema.parse({ ...finding, measurements })).toEqual({ ...finding, measurements });
});

test('version 5 is still read: a node that knows no canary says and hears all it did', () => {
  const command = { type: 'cancel-fetch', ticket: 't' };
  expect(edgeDownSchema.parse(command)).toEqual(command);
  // Such a node leaves out what it can't read; a gateway does not ask it (CANARY_SINCE_VERSION).
  expect(CANARY_SINCE_VERSION).toBeGreaterThan(5);
  expect(CANARY_SINCE_VERSION).toBeLessThanOrEqual(PROTOCOL_VERSION);
});

test('version 6 is still read: a node that fetches no priors answers and tells as it did', () => {
  const answer = { requestId: '4f9d4a5e-6a6f-4f5e-9d6c-0b8a3f1f2e11', outcome: 'not-at-edge' };
  expect(analyseAnswerSchema.parse(answer)).toEqual(answer);
  expect(FETCH_PRIOR_SINCE_VERSION).toBeGreaterThan(6);
  expect(FETCH_PRIOR_SINCE_VERSION).toBeLessThanOrEqual(PROTOCOL_VERSION);
});

test('version 7 is still read: quality without its series is quality', () => {
  const quality = { score: 0.9, warnings: [] };
  expect(qualitySchema.parse(quality)).toEqual(quality);
  const series = [{ seriesUid: '1.2', modality: 'CR', images: 1, score: 0.1, route: 'repeat', flaws: [{ code: 'motion', confidence: 0.9 }], reasons: [{ code: 'motion', text: 'Looks blurred.' }], model: 'image_quality 1.0.0' }];
  expect(qualitySchema.parse({ ...quality, series })).toEqual({ ...quality, series });
});

test('version 8 is still read: a node that knows no page of its own says what it said', () => {
  const body = { type: 'study-deleted', study: { studyUid: '1.2' } };
  expect(edgeUpBodySchema.parse(body)).toEqual(body);
});

test('the search itself finds a refinement and a transform', () => {
  expect(hidden(z.object({ a: z.string().refine(Boolean) }), new Set())).toContain('custom');
  expect(hidden(z.object({ a: z.array(z.string().transform(Number)) }), new Set())).toContain('transform');
});
