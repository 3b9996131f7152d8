/** y-websocket's message type and, inside sync messages, those that carry edits (y-protocols). */
const SYNC = 0;
const STEP_2 = 1;
const UPDATE = 2;

export interface SocketWatch {
  /** A new connection: numbering starts again. */
  onOpening(): void;
  /** The next sync message that carries edits is about to leave. */
  onEdits(): void;
}

/**
 * A WebSocket that counts what it sends, because the gateway acknowledges by number: "everything up to your 7th message is stored".
 * y-websocket itself sends and forgets.
 */
export function countingSocket(watch: SocketWatch): typeof WebSocket {
  return class CountingSocket extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      watch.onOpening();
    }

    override send(data: Parameters<WebSocket['send']>[0]): void {
      if (carriesEdits(data)) watch.onEdits();
      super.send(data);
    }
  };
}

/** Both numbers are below 128 and so take one byte each (lib0 varuint). */
export function carriesEdits(data: unknown): boolean {
  return data instanceof Uint8Array && data[0] === SYNC && (data[1] === STEP_2 || data[1] === UPDATE);
}
