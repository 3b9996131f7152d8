type Ended = (() => void) | null;

class FakeOscillator {
  frequency = { value: 0 };
  onended: Ended = null;
  connect<T>(node: T): T {
    return node;
  }
  start(): void {}
  stop(): void {}
}

/** An AudioContext whose tones end when the test says so. */
export class FakeAudioContext {
  state: AudioContextState;
  currentTime = 0;
  destination = {};
  onstatechange: Ended = null;
  readonly oscillators: FakeOscillator[] = [];
  closed = false;

  constructor(state: AudioContextState) {
    this.state = state;
  }

  createOscillator(): FakeOscillator {
    const oscillator = new FakeOscillator();
    this.oscillators.push(oscillator);
    return oscillator;
  }

  createGain() {
    return { gain: { setValueAtTime: () => undefined, linearRampToValueAtTime: () => undefined }, connect: <T>(node: T): T => node };
  }

  resume(): Promise<void> {
    this.state = 'running';
    this.onstatechange?.();
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  /** Every tone begun so far comes to its own end. */
  endTones(): void {
    for (const oscillator of this.oscillators.splice(0)) oscillator.onended?.();
  }

  asContext(): AudioContext {
    return this as unknown as AudioContext;
  }
}
