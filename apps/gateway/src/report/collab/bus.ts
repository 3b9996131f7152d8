import type { HospitalTx } from '@readroom/db';
import type { Service } from '@readroom/shared/service';
import { z } from 'zod';
import type { Deps } from '../../infra/deps.ts';

/**
 * How gateways tell each other that a report changed: PostgreSQL NOTIFY, sent inside the transaction of the change and so delivered
 * exactly when it commits. A message only says "look": the truth is the table, and a gateway that missed one reads it anyway.
 */
const CHANNEL = 'readroom_report';
/** NOTIFY takes less than 8000 bytes. */
const PAYLOAD_LIMIT = 7_900;
const RECONNECT_MS = [100, 250, 500, 1_000, 2_000] as const;

const address = { organisation: z.string(), reportId: z.string() };
const busMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('update'), ...address }),
  z.object({ type: z.literal('status'), ...address }),
  z.object({ type: z.literal('presence'), ...address, from: z.string(), userId: z.string(), update: z.base64() }),
]);
export type BusMessage = z.infer<typeof busMessageSchema>;

/** Told to every gateway when the transaction commits, and to nobody when it doesn't. */
export async function notifyReport(tx: HospitalTx, message: BusMessage): Promise<void> {
  await tx.$executeRaw`select pg_notify(${CHANNEL}, ${JSON.stringify(message)})`;
}

export interface BusHandlers {
  onMessage(message: BusMessage): void;
  /** The connection was away and is back: anything may have been missed. */
  onResume(): void;
}

/** One connection that listens for as long as the gateway runs; when it is lost it is made again, for ever, with a growing pause. */
export class ReportBus implements Service {
  readonly name = 'report-bus';
  readonly #deps: Pick<Deps, 'pool' | 'log'>;
  readonly #handlers: BusHandlers;
  #listener: Listener | null = null;
  #timer: NodeJS.Timeout | null = null;
  #stopped = true;
  #failures = 0;

  constructor(deps: Pick<Deps, 'pool' | 'log'>, handlers: BusHandlers) {
    this.#deps = deps;
    this.#handlers = handlers;
  }

  async start(): Promise<void> {
    this.#stopped = false;
    await this.#listen();
  }

  stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const client = this.#listener;
    this.#listener = null;
    client?.release(true);
    return Promise.resolve();
  }

  /** Outside a transaction; what is too long for a notification is dropped, so only for what nobody stores. */
  async publish(message: BusMessage): Promise<void> {
    const payload = JSON.stringify(message);
    if (payload.length > PAYLOAD_LIMIT) return;
    await this.#deps.pool.query('select pg_notify($1, $2)', [CHANNEL, payload]);
  }

  async #listen(): Promise<void> {
    const client: Listener = await this.#deps.pool.connect();
    client.on('notification', (notification) => this.#deliver(notification.payload ?? ''));
    client.once('error', () => this.#onLost(client));
    client.once('end', () => this.#onLost(client));
    try {
      await client.query(`listen ${CHANNEL}`);
    } catch (error) {
      client.release(true);
      throw error;
    }
    if (this.#stopped) return client.release(true);
    this.#listener = client;
    this.#failures = 0;
  }

  #deliver(payload: string): void {
    const parsed = busMessageSchema.safeParse(parseJson(payload));
    if (parsed.success) this.#handlers.onMessage(parsed.data);
    else this.#deps.log.warn({ event: 'report.bus.unreadable' });
  }

  #onLost(client: Listener): void {
    if (client !== this.#listener) return;
    this.#listener = null;
    client.release(true);
    this.#deps.log.warn({ event: 'report.bus.lost' });
    this.#retry();
  }

  #retry(): void {
    if (this.#stopped || this.#timer) return;
    const delayMs = RECONNECT_MS[Math.min(this.#failures, RECONNECT_MS.length - 1)];
    this.#failures += 1;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#listen().then(
        () => this.#handlers.onResume(),
        () => this.#retry(),
      );
    }, delayMs);
  }
}

/** A pooled connection as this file uses it. */
interface Listener {
  on(event: 'notification', handler: (notification: { payload?: string | undefined }) => void): unknown;
  once(event: 'error' | 'end', handler: () => void): unknown;
  query(text: string): Promise<unknown>;
  release(destroy: boolean): void;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
