import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isAppError } from '../error.ts';
import { arbInput, arbPolicy } from '../testing/arbitraries.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { compareRanked, rank, RANK_VERSION } from './rank.ts';
import type { RankInput } from './rank.ts';
import { journalRowSchema, replayQueue } from './replay.ts';
import type { JournalRow, QueueEntry } from './replay.ts';

/** A list as it really lives: every event re-ranks one study or takes it off, and the whole queue is kept after each. */
function live(events: readonly { input: RankInput; policy: typeof DEFAULT_POLICY; leaves: boolean; lateMs: number }[]) {
  const queue = new Map<string, QueueEntry>();
  const moments: { row: JournalRow; queue: string }[] = [];
  events.forEach(({ input, policy, leaves, lateMs }, index) => {
    const revision = index + 1;
    const { studyUid } = input;
    if (leaves) queue.delete(studyUid);
    else queue.set(studyUid, { studyUid, revision, ...rank(input, policy) });
    const row = { revision, studyUid, at: revision * 1_000 - lateMs, rankVersion: RANK_VERSION, policy, input: leaves ? null : input };
    moments.push({ row, queue: JSON.stringify([...queue.values()].sort(compareRanked)) });
  });
  return moments;
}

const arbEvents = (lateMs: number) =>
  fc.array(fc.record({ input: arbInput, policy: arbPolicy, leaves: fc.boolean(), lateMs: fc.integer({ min: 0, max: lateMs }) }), { minLength: 1, maxLength: 25 });

test('[PR8] the queue after every past event is recomputed byte for byte from stored rows', () => {
  fc.assert(
    fc.property(arbEvents(0), (events) => {
      const moments = live(events);
      // Through JSON, as the database keeps them, and newest first.
      const rows = journalRowSchema.array().parse(JSON.parse(JSON.stringify(moments.map(({ row }) => row)))).reverse();
      for (const { row, queue } of moments) expect(JSON.stringify(replayQueue(rows, row.at))).toBe(queue);
    }),
    { numRuns: 500 },
  );
});

test('[PR8] clocks that disagree with the commits never give a queue that did not exist', () => {
  fc.assert(
    fc.property(arbEvents(5_000), fc.integer({ min: -6_000, max: 30_000 }), (events, at) => {
      const moments = live(events);
      const existed = ['[]', ...moments.map(({ queue }) => queue)];
      expect(existed).toContain(JSON.stringify(replayQueue(moments.map(({ row }) => row), at)));
    }),
    { numRuns: 500 },
  );
});

test('[PR8] before the first row the queue is empty', () => {
  expect(replayQueue([], 0)).toEqual([]);
});

test('[PR8] a row of an unknown rank version is refused by name', () => {
  const row: JournalRow = { revision: 1, studyUid: '1.2', at: 0, rankVersion: 999, policy: DEFAULT_POLICY, input: { ...recorded.input } };
  expect(() => replayQueue([row], 1)).toThrow(expect.objectContaining({ code: 'unknown-rank-version', class: 'permanent' }));
  try {
    replayQueue([row], 1);
  } catch (error) {
    expect(isAppError(error, 'unknown-rank-version')).toBe(true);
  }
});

/** Written down when version 1 was made. If this fails, `rank` has become another version: raise RANK_VERSION and keep the old one. */
const recorded = {
  input: {
    studyUid: '1.2.840.1',
    receivedAt: 1_800_000_012_345,
    studyClass: 'emergency' as const,
    analyses: [
      {
        modelId: 'head_ct',
        role: 'active' as const,
        status: 'final' as const,
        live: true,
        findings: [{ id: 'ich', label: 'Intracranial haemorrhage', severity: 'critical' as const, confidence: 0.9744, refused: false }],
      },
      { modelId: 'cxr', role: 'active' as const, status: 'refused' as const, live: true, findings: [] },
    ],
    hasPreliminaryReport: false,
    override: { tier: 0 as const, offsetMs: -61_000, criticalSeen: ['ich'], author: 'Dr A', reason: 'Theatre waits', expiresAt: 1_800_003_600_000 },
  },
  answer: {
    tier: 0,
    sortKey: 1_799_989_151_345,
    dueAt: 1_800_003_612_345,
    parts: [
      { code: 'arrival', text: 'Arrived', ms: 1_800_000_012_345 },
      { code: 'class.emergency', text: 'Emergency: may wait', ms: 3_600_000 },
      { code: 'ai.critical', text: 'AI: Intracranial haemorrhage, 97 %', ms: -14_400_000 },
      { code: 'ai.not-analysed', text: 'AI: cxr refused, not analysed', ms: 0 },
      { code: 'override', text: 'Moved by Dr A: Theatre waits', ms: -61_000 },
    ],
  },
};

test('[PR8] version 1 still answers what it answered when it was recorded', () => {
  expect(JSON.stringify(rank(recorded.input, DEFAULT_POLICY))).toBe(JSON.stringify(recorded.answer));
});
