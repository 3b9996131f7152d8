import { expect, test } from 'vitest';
import { linkStateOf } from './link-state.ts';

test('a head within six seconds is live', () => {
  expect(linkStateOf({ connected: true, lastHeadAt: 1_000, changedAt: 0 }, 6_900)).toEqual({ kind: 'live' });
});

test('six silent seconds are stale, since the last head', () => {
  expect(linkStateOf({ connected: true, lastHeadAt: 1_000, changedAt: 0 }, 7_000)).toEqual({ kind: 'stale', since: 1_000 });
});

test('a lost connection is offline, but a blink of it is not worth a word', () => {
  expect(linkStateOf({ connected: false, lastHeadAt: 10_000, changedAt: 11_000 }, 12_000)).toEqual({ kind: 'live' });
  expect(linkStateOf({ connected: false, lastHeadAt: 10_000, changedAt: 11_000 }, 20_000)).toEqual({ kind: 'offline', since: 10_000 });
});

test('before the first head it is connecting, and not for ever', () => {
  expect(linkStateOf({ connected: false, lastHeadAt: null, changedAt: 0 }, 1_000)).toEqual({ kind: 'connecting' });
  expect(linkStateOf({ connected: true, lastHeadAt: null, changedAt: 0 }, 1_000)).toEqual({ kind: 'connecting' });
  expect(linkStateOf({ connected: true, lastHeadAt: null, changedAt: 0 }, 9_000)).toEqual({ kind: 'stale', since: 0 });
  expect(linkStateOf({ connected: false, lastHeadAt: null, changedAt: 0 }, 9_000)).toEqual({ kind: 'offline', since: 0 });
});
