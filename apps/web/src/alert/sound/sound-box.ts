export type SoundState = 'ready' | 'blocked' | 'unavailable';
export type Tone = 'critical' | 'urgent';

interface Beep {
  readonly hz: number;
  readonly startS: number;
  readonly lengthS: number;
  readonly gain: number;
}

/** IEC 60601-1-8 in spirit: high priority a brisk group, low priority one soft pair. Rounded edges, so nothing clicks. */
const TONES: { readonly [T in Tone]: readonly Beep[] } = {
  critical: [0, 0.18, 0.36, 0.72, 0.9].map((startS, index) => ({ hz: index > 2 ? 1046.5 : 784, startS, lengthS: 0.13, gain: 0.3 })),
  urgent: [
    { hz: 523.3, startS: 0, lengthS: 0.22, gain: 0.09 },
    { hz: 659.3, startS: 0.2, lengthS: 0.32, gain: 0.09 },
  ],
};
const EDGE_S = 0.015;
/** A tone that has not ended by then did not sound. */
const PLAY_TIMEOUT_MS = 5_000;

export interface SoundBox {
  state(): SoundState;
  subscribe(onChange: () => void): () => void;
  /** Asks the browser to let the page sound; works inside a click or key press. */
  unlock(): Promise<void>;
  /** Resolves true only when the context was running and the last beep ended by itself (AL2 `sounded`). */
  play(tone: Tone): Promise<boolean>;
  close(): void;
}

export function createSoundBox(makeContext: () => AudioContext): SoundBox {
  const watchers = new Set<() => void>();
  let context: AudioContext | null = null;
  try {
    context = makeContext();
    context.onstatechange = () => watchers.forEach((watcher) => watcher());
  } catch {
    // No sound device or no Web Audio: the banner says so.
  }
  return {
    state: () => (context === null ? 'unavailable' : context.state === 'running' ? 'ready' : 'blocked'),
    subscribe: (onChange) => {
      watchers.add(onChange);
      return () => watchers.delete(onChange);
    },
    async unlock() {
      await context?.resume().catch(() => undefined);
      watchers.forEach((watcher) => watcher());
    },
    play: (tone) => (context?.state === 'running' ? playTone(context, TONES[tone]) : Promise.resolve(false)),
    close: () => void context?.close().catch(() => undefined),
  };
}

function playTone(context: AudioContext, beeps: readonly Beep[]): Promise<boolean> {
  const begin = context.currentTime + 0.02;
  const ends = beeps.map((beep) => startBeep(context, beep, begin));
  const allEnded = Promise.all(ends).then(() => context.state === 'running');
  const tooLate = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), PLAY_TIMEOUT_MS));
  return Promise.race([allEnded, tooLate]);
}

function startBeep(context: AudioContext, beep: Beep, begin: number): Promise<void> {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  const start = begin + beep.startS;
  const end = start + beep.lengthS;
  oscillator.frequency.value = beep.hz;
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(beep.gain, start + EDGE_S);
  gain.gain.setValueAtTime(beep.gain, end - EDGE_S);
  gain.gain.linearRampToValueAtTime(0, end);
  oscillator.connect(gain).connect(context.destination);
  return new Promise((resolve) => {
    oscillator.onended = () => resolve();
    oscillator.start(start);
    oscillator.stop(end);
  });
}
