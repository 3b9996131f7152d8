import type { ProofReport } from '@readroom/shared/alert/alert';

export type ClientProofStep = ProofReport['step'];

export interface Prover {
  /** Reports that a step happened, once an alert and step however often it is called. */
  prove(alertId: string, step: ClientProofStep): void;
}

const MAX_REMEMBERED = 2_000;

/** AL2: what this browser can truly say about an alert. `send` goes up the socket. */
export function createProver(send: (report: ProofReport) => void, now: () => number): Prover {
  const done = new Set<string>();
  return {
    prove(alertId, step) {
      const key = `${alertId} ${step}`;
      if (done.has(key)) return;
      if (done.size >= MAX_REMEMBERED) done.clear();
      done.add(key);
      send({ alertId, step, at: now() });
    },
  };
}

/**
 * Calls `seen` once the frame that shows what was just committed has been handed to the screen, and the page is in sight.
 * Returns the function that calls it off.
 */
export function whenPainted(seen: () => void): () => void {
  let frame = 0;
  let off = false;
  const afterTwoFrames = () => {
    // The first callback runs before the paint of the commit, the second after it.
    frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        if (!off && document.visibilityState === 'visible') seen();
      });
    });
  };
  const onVisible = () => {
    if (document.visibilityState === 'visible') afterTwoFrames();
  };
  document.addEventListener('visibilitychange', onVisible);
  onVisible();
  return () => {
    off = true;
    cancelAnimationFrame(frame);
    document.removeEventListener('visibilitychange', onVisible);
  };
}
