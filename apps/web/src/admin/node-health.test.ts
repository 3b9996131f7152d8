import { expect, test } from 'vitest';
import { NOON } from '../testing/make.ts';
import { gigabytes, healthOf } from './node-health.ts';

const status = { clock: NOON, outboxDepth: 0, oldestQueuedAt: null, studiesInFlight: 0, diskFreeBytes: 9e11, provider: 'cpu' };
const node = { nodeId: 'n', name: 'CT basement', enrolled: true, lastSeenAt: NOON - 5_000, revokedAt: null, createdAt: 0, hello: null, status };

test('green is one calm line', () => {
  expect(healthOf(node, NOON)).toEqual({ state: 'online', title: 'Online', remedy: '' });
});

test('what is wrong comes with what is safe and what to do', () => {
  expect(healthOf({ ...node, lastSeenAt: NOON - 61_000 }, NOON)).toMatchObject({ state: 'offline', remedy: expect.stringContaining('still received') });
  expect(healthOf({ ...node, lastSeenAt: null }, NOON)).toMatchObject({ state: 'new', remedy: expect.stringContaining('READROOM_GATEWAY_URL') });
  expect(healthOf({ ...node, enrolled: false, lastSeenAt: null }, NOON)).toMatchObject({ state: 'new', remedy: expect.stringContaining('readroom-edge enrol') });
  expect(healthOf({ ...node, revokedAt: NOON }, NOON).state).toBe('revoked');
  expect(healthOf({ ...node, status: { ...status, diskFreeBytes: 1.2e9 } }, NOON)).toMatchObject({ state: 'trouble', title: '1.2 GB of disk left' });
  expect(healthOf({ ...node, status: { ...status, oldestQueuedAt: NOON - 120_000 } }, NOON)).toMatchObject({ state: 'trouble', title: 'Results wait 2 min' });
});

test('large disks are counted in whole gigabytes', () => {
  expect(gigabytes(9e11)).toBe('900');
});
