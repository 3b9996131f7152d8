import { canaryResult } from '@readroom/shared/alert/canary-result';
import { AppError } from '@readroom/shared/error';
import type { EdgeUpBody } from '@readroom/shared/wire/edge-up';
import { expect, test } from 'vitest';
import { createCanary } from './canary.ts';

const command = { type: 'canary' as const, runId: '00000000-0000-4000-8000-000000000001', token: 'ab'.repeat(32), expiresAt: 10_000 };
const log = { info: () => undefined, warn: () => undefined };
const put: EdgeUpBody[] = [];
const keep = async (body: EdgeUpBody): Promise<void> => void put.push(body);

test('[AL6] a canary is put into the outbox as a result, and its answer says when', async () => {
  const canary = createCanary({ outbox: { put: keep }, clock: () => 4_000, clockOffsetMs: () => 1_000, log });
  expect(await canary(command)).toEqual({ runId: command.runId, at: 4_000, code: null });
  expect(put).toEqual([canaryResult(command.token, 4_000)]);
});

test('[AL6] an outbox that cannot keep it is said by its code; one that comes late is let go', async () => {
  const full = createCanary({ outbox: { put: () => Promise.reject(new AppError('disk-full', { class: 'transient' })) }, clock: () => 4_000, clockOffsetMs: () => null, log });
  expect(await full(command)).toMatchObject({ code: 'disk-full' });
  const broken = createCanary({ outbox: { put: () => Promise.reject(new Error('?')) }, clock: () => 4_000, clockOffsetMs: () => null, log });
  expect(await broken(command)).toMatchObject({ code: 'outbox-failed' });
  put.length = 0;
  const late = createCanary({ outbox: { put: keep }, clock: () => 9_500, clockOffsetMs: () => 1_000, log });
  expect([await late(command), put]).toEqual([null, []]);
});
