import { createTRPCUntypedClient, createWSClient, TRPCClientError, wsLink } from '@trpc/client';
import { AppError } from '@readroom/shared/error';
import { CLOSE } from '@readroom/shared/wire/close-codes';
import WebSocketClient from 'ws';
import { withTimeout } from './wait.ts';

export interface SessionOptions {
  /** `ws(s)://host/edge`. */
  readonly url: string;
  readonly connectTimeoutMs: number;
  /** A ping this often; a socket that does not answer one before the next is due is dead (half-open). */
  readonly heartbeatMs: number;
}

/** `http(s)://host` -> `ws(s)://host/edge`. */
export function edgeSocketUrl(gatewayUrl: string): string {
  const url = new URL('/edge', gatewayUrl);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

/** One life of the socket. When it ends it stays ended: the link opens another. */
export interface Session {
  /** Resolves with the reason once the socket is gone. */
  readonly ended: Promise<AppError>;
  /** Throws AppError: `timed-out` (ambiguous), `link-lost` (transient), or the gateway's refusal `gateway-refused`. */
  call(path: string, input: unknown, timeoutMs: number): Promise<unknown>;
  /** Calls `onData` with each `{ id, data }` of a tracked subscription. The end of it ends the session. */
  follow(path: string, input: unknown, onData: (event: unknown) => void): void;
  end(reason: AppError): void;
}

const MAX_COMMAND_BYTES = 1_048_576;

/** Opens the one outbound websocket. Throws AppError `gateway-unreachable` (transient). */
export async function openSession(options: SessionOptions): Promise<Session> {
  let finish: (reason: AppError) => void = () => {};
  const ended = new Promise<AppError>((resolve) => (finish = resolve));
  let socket: WebSocketClient | undefined;
  const client = createWSClient({
    url: options.url,
    WebSocket: socketClass(options, (made) => (socket = made)),
    // The link reconnects, with its own back-off and a fresh session; this client lives as long as its socket.
    retryDelayMs: () => 0,
    onOpen: () => opened.resolve(),
    onError: () => end(new AppError('gateway-unreachable', { class: 'transient', message: 'The gateway does not answer.' })),
    onClose: (cause) => end(closeReason(cause?.code, socketReason(cause))),
  });
  const opened = Promise.withResolvers<void>();

  function end(reason: AppError): void {
    void client.close();
    socket?.terminate();
    opened.reject(reason);
    finish(reason);
  }

  try {
    await withTimeout(opened.promise, options.connectTimeoutMs, 'Connecting to the gateway');
  } catch (error) {
    end(asAppError(error));
    throw asAppError(error);
  }
  const trpc = createTRPCUntypedClient({ links: [wsLink({ client })] });
  return {
    ended,
    end,
    async call(path, input, timeoutMs) {
      const lost = ended.then((reason) => Promise.reject(reason));
      const answer = Promise.race([trpc.mutation(path, input), lost]);
      return await withTimeout(answer, timeoutMs, path).catch((error: unknown) => Promise.reject(asAppError(error)));
    },
    follow(path, input, onData) {
      const over = (error?: unknown): void => end(error ? asAppError(error) : new AppError('link-lost', { class: 'transient' }));
      trpc.subscription(path, input, { onData, onError: over, onComplete: over, onStopped: () => over() });
    },
  };
}

/** tRPC makes the socket itself; this subclass adds limits and the heartbeat, and hands the socket out so that it can be cut. */
function socketClass(options: SessionOptions, onMade: (socket: WebSocketClient) => void): typeof WebSocket {
  class LinkSocket extends WebSocketClient {
    constructor(url: string | URL) {
      super(url, { maxPayload: MAX_COMMAND_BYTES, handshakeTimeout: options.connectTimeoutMs, perMessageDeflate: false });
      onMade(this);
      beat(this, options.heartbeatMs);
    }
  }
  // `ws` follows the browser's interface; its types only say so loosely.
  return LinkSocket as unknown as typeof WebSocket;
}

function beat(socket: WebSocketClient, heartbeatMs: number): void {
  let isAlive = true;
  const timer = setInterval(() => {
    if (socket.readyState !== WebSocketClient.OPEN) return;
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, heartbeatMs);
  socket.on('pong', () => (isAlive = true));
  socket.on('message', () => (isAlive = true));
  socket.on('close', () => clearInterval(timer));
}

function socketReason(cause: unknown): string {
  return typeof cause === 'object' && cause !== null && 'reason' in cause && typeof cause.reason === 'string' ? cause.reason : '';
}

/** Close codes of our own say that trying the same thing again is no use; everything else may pass. */
function closeReason(code: number | undefined, reason: string): AppError {
  switch (code) {
    case CLOSE.unauthenticated:
      return new AppError('node-key-refused', { class: 'permanent', message: reason || 'The gateway does not know this node key.' });
    case CLOSE.forbidden:
      return new AppError('node-revoked', { class: 'permanent', message: reason || 'This node was revoked.' });
    case CLOSE.protocol:
      return new AppError('protocol-refused', { class: 'permanent', message: reason || 'The gateway does not speak this version.' });
    case CLOSE.tooLarge:
    case 1009:
      return new AppError('message-too-large', { class: 'permanent', message: 'The gateway takes no message this large.' });
    default:
      return new AppError('link-lost', { class: 'transient', message: `The connection to the gateway ended (${code ?? 'no code'}).` });
  }
}

function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof TRPCClientError && error.data) return new AppError('gateway-refused', { class: 'transient', message: error.message, cause: error });
  return new AppError('link-lost', { class: 'transient', message: 'The connection to the gateway ended.', cause: error });
}
