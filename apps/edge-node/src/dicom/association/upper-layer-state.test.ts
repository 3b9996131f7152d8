import { expect, test } from 'vitest';
import { UPPER_LAYER } from './upper-layer-state.ts';
import type { UpperLayerEvent, UpperLayerState } from './upper-layer-state.ts';

/**
 * PS3.8 table 9-10, copied by hand from the standard for the states and events we have. Columns: A-ASSOCIATE-AC,
 * -RJ, -RQ, P-DATA-TF, A-RELEASE-RQ, A-RELEASE-RP, A-ABORT, invalid PDU, transport closed, ARTIM expired.
 */
const EVENTS: UpperLayerEvent[] = ['associate-accept', 'associate-reject', 'associate-request', 'data', 'release-request', 'release-response', 'abort', 'invalid-pdu', 'transport-closed'];
const STANDARD: Record<Exclude<UpperLayerState, 'idle' | 'connecting'>, string> = {
  'awaiting-request': 'AA-1 AA-1 AE-6 AA-1 AA-1 AA-1 AA-2 AA-1 AA-5',
  deciding: 'AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-3 AA-8 AA-4',
  'awaiting-answer': 'AE-3 AE-4 AA-8 AA-8 AA-8 AA-8 AA-3 AA-8 AA-4',
  established: 'AA-8 AA-8 AA-8 DT-2 AR-2 AA-8 AA-3 AA-8 AA-4',
  releasing: 'AA-8 AA-8 AA-8 AR-6 AR-8 AR-3 AA-3 AA-8 AA-4',
  'peer-releasing': 'AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-3 AA-8 AA-4',
  closing: 'AA-6 AA-6 AA-6 AA-6 AA-6 AA-6 AA-2 AA-6 AR-5',
};

test.each(Object.entries(STANDARD))('%s answers every event of the peer as PS3.8 table 9-10 says', (state, row) => {
  const actions = EVENTS.map((event) => UPPER_LAYER[state as UpperLayerState][event]?.action);
  expect(actions.join(' ')).toBe(row);
});

test('our side may only ask what its state allows', () => {
  const asked: UpperLayerEvent[] = ['connect', 'accept', 'reject', 'release', 'reply-release', 'abort-locally'];
  const allowed = Object.fromEntries(Object.entries(UPPER_LAYER).map(([state, row]) => [state, asked.filter((event) => row[event] !== null)]));
  expect(allowed).toEqual({
    idle: ['connect'],
    'awaiting-request': ['abort-locally'],
    deciding: ['accept', 'reject', 'abort-locally'],
    connecting: ['abort-locally'],
    'awaiting-answer': ['abort-locally'],
    established: ['release', 'abort-locally'],
    releasing: ['abort-locally'],
    'peer-releasing': ['reply-release', 'abort-locally'],
    closing: [],
  });
});

test('every state but idle ends when the transport does, and when its time is over', () => {
  for (const [state, row] of Object.entries(UPPER_LAYER)) {
    if (state === 'idle') continue;
    expect(row['transport-closed']?.next, state).toBe('idle');
    expect(['idle', 'closing'], state).toContain(row['timer-expired']?.next);
  }
});
