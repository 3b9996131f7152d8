// @vitest-environment jsdom
import { afterEach, expect, test, vi } from 'vitest';
import type { ProofReport } from '@readroom/shared/alert/alert';
import { createProver, whenPainted } from './proof.ts';

afterEach(() => vi.unstubAllGlobals());

test('[AL2] each step of an alert is reported once', () => {
  const sent: ProofReport[] = [];
  const prover = createProver((report) => sent.push(report), () => 42);
  prover.prove('a', 'painted');
  prover.prove('a', 'painted');
  prover.prove('a', 'sounded');
  prover.prove('b', 'painted');
  expect(sent).toEqual([
    { alertId: 'a', step: 'painted', at: 42 },
    { alertId: 'a', step: 'sounded', at: 42 },
    { alertId: 'b', step: 'painted', at: 42 },
  ]);
});

/** Frames that run when the test says so. */
function stubFrames(): () => void {
  let waiting: FrameRequestCallback[] = [];
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => waiting.push(callback));
  vi.stubGlobal('cancelAnimationFrame', () => undefined);
  return () => {
    const now = waiting;
    waiting = [];
    now.forEach((callback) => callback(0));
  };
}

function setVisibility(state: DocumentVisibilityState): void {
  Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}

test('[AL2] painted only after the frame that follows the commit', () => {
  const frame = stubFrames();
  setVisibility('visible');
  const seen = vi.fn();
  whenPainted(seen);
  expect(seen).not.toHaveBeenCalled();
  frame();
  expect(seen).not.toHaveBeenCalled();
  frame();
  expect(seen).toHaveBeenCalledOnce();
});

test('[AL2] a page out of sight has painted nothing, until it is looked at', () => {
  const frame = stubFrames();
  setVisibility('hidden');
  const seen = vi.fn();
  const off = whenPainted(seen);
  frame();
  frame();
  expect(seen).not.toHaveBeenCalled();
  setVisibility('visible');
  frame();
  frame();
  expect(seen).toHaveBeenCalledOnce();
  off();
});

test('called off, nothing is claimed', () => {
  const frame = stubFrames();
  setVisibility('visible');
  const seen = vi.fn();
  whenPainted(seen)();
  frame();
  frame();
  expect(seen).not.toHaveBeenCalled();
});
