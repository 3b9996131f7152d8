import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Alert } from '@readroom/shared/alert/alert';
import { makeAlert } from '../../testing/make.ts';
import { FakeAudioContext } from '../../testing/fake-audio.ts';
import { createSoundBox } from './sound-box.ts';
import { afterSound, planSound, REPEAT_MS, SILENT_MEMORY } from './sound-plan.ts';
import { createSounder, createTurn } from './sounder.ts';

afterEach(() => vi.useRealTimers());

describe('what should sound', () => {
  test('critical again and again, until nobody is left open', () => {
    const open = [makeAlert(1)];
    const first = planSound(open, SILENT_MEMORY, 0);
    expect(first).toMatchObject({ severity: 'critical' });
    const memory = afterSound(SILENT_MEMORY, first!, 1_000);
    expect(planSound(open, memory, 1_000 + REPEAT_MS - 1)).toBeNull();
    expect(planSound(open, memory, 1_000 + REPEAT_MS)).toMatchObject({ severity: 'critical' });
    expect(planSound([], memory, 99_000)).toBeNull();
  });
  test('urgent once, routine never, withdrawn never', () => {
    const urgent = makeAlert(1, { severity: 'urgent' });
    const sound = planSound([urgent], SILENT_MEMORY, 0)!;
    expect(sound.severity).toBe('urgent');
    expect(planSound([urgent], afterSound(SILENT_MEMORY, sound, 1), 99_000)).toBeNull();
    expect(planSound([makeAlert(2, { severity: 'routine' })], SILENT_MEMORY, 0)).toBeNull();
    expect(planSound([makeAlert(3, { withdrawn: true })], SILENT_MEMORY, 0)).toBeNull();
  });
});

function sounderWith(context: FakeAudioContext, open: Alert[], hasTurn = true) {
  const sounded: string[] = [];
  const box = createSoundBox(() => context.asContext());
  const sounder = createSounder({ box, now: () => 0, open: () => open, sounded: (id) => sounded.push(id), hasTurn: () => hasTurn });
  return { sounder, sounded, box };
}

describe('[AL2] sounded', () => {
  test('is said only after the context ran and the last tone ended', async () => {
    const context = new FakeAudioContext('running');
    const { sounder, sounded } = sounderWith(context, [makeAlert(1)]);
    const looking = sounder.look();
    expect(context.oscillators.length).toBeGreaterThan(1);
    expect(sounded).toEqual([]);
    context.endTones();
    await looking;
    expect(sounded).toEqual([makeAlert(1).id]);
  });
  test('is not said when the browser blocks sound', async () => {
    const context = new FakeAudioContext('suspended');
    const { sounder, sounded, box } = sounderWith(context, [makeAlert(1)]);
    await sounder.look();
    expect(box.state()).toBe('blocked');
    expect(context.oscillators).toHaveLength(0);
    expect(sounded).toEqual([]);
  });
  test('is not said when the context was stopped under the tone', async () => {
    const context = new FakeAudioContext('running');
    const { sounder, sounded } = sounderWith(context, [makeAlert(1)]);
    const looking = sounder.look();
    context.state = 'suspended';
    context.endTones();
    await looking;
    expect(sounded).toEqual([]);
  });
  test('is not said when the tone never ends', async () => {
    vi.useFakeTimers();
    const { sounder, sounded } = sounderWith(new FakeAudioContext('running'), [makeAlert(1)]);
    const looking = sounder.look();
    await vi.advanceTimersByTimeAsync(6_000);
    await looking;
    expect(sounded).toEqual([]);
  });
  test('is left to the window that has the turn', async () => {
    const context = new FakeAudioContext('running');
    const { sounder } = sounderWith(context, [makeAlert(1)], false);
    await sounder.look();
    expect(context.oscillators).toHaveLength(0);
  });
  test('one tone at a time', async () => {
    const context = new FakeAudioContext('running');
    const { sounder } = sounderWith(context, [makeAlert(1)]);
    const looking = sounder.look();
    const begun = context.oscillators.length;
    await sounder.look();
    expect(context.oscillators).toHaveLength(begun);
    context.endTones();
    await looking;
  });
});

describe('the sound box', () => {
  test('unlocks inside a click and tells', async () => {
    const context = new FakeAudioContext('suspended');
    const box = createSoundBox(() => context.asContext());
    const changed = vi.fn();
    const stop = box.subscribe(changed);
    await box.unlock();
    expect(box.state()).toBe('ready');
    expect(changed).toHaveBeenCalled();
    stop();
    box.close();
    expect(context.closed).toBe(true);
  });
  test('a computer without sound says so', async () => {
    const box = createSoundBox(() => {
      throw new Error('no device');
    });
    expect(box.state()).toBe('unavailable');
    expect(await box.play('critical')).toBe(false);
  });
});

describe('one window of several sounds', () => {
  test('the one that got the lock, until it closes', async () => {
    let granted: (() => unknown) | undefined;
    const locks = { request: (_name: string, callback: () => unknown) => new Promise((resolve) => (granted = () => resolve(callback()))) } as unknown as LockManager;
    const turn = createTurn(locks);
    expect(turn.has()).toBe(false);
    turn.take();
    turn.take();
    granted?.();
    expect(turn.has()).toBe(true);
    turn.drop();
  });
  test('all of them, where the browser has no locks or refuses them', async () => {
    expect(createTurn(undefined).has()).toBe(true);
    const refusing = { request: () => Promise.reject(new Error('SecurityError')) } as unknown as LockManager;
    const turn = createTurn(refusing);
    turn.take();
    await vi.waitFor(() => expect(turn.has()).toBe(true));
  });
});
