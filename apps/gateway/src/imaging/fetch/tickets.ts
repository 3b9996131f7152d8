import { randomBytes } from 'node:crypto';
import { SECOND_MS } from '@readroom/shared/clock';
import { perDeps } from '../../infra/deps.ts';
import type { Deps } from '../../infra/deps.ts';
import type { Passing } from './multipart.ts';

export interface Issued {
  readonly ticket: string;
  /** The upload that came with the ticket. */
  readonly arrived: Promise<Passing>;
  /** Nobody waits any more: the ticket is worth nothing. */
  revoke(): void;
}

/** `here`: take it, the ticket is used up. `elsewhere`: another gateway's browser waits. `gone`: used, expired, revoked or another node's. */
export type Claim = { readonly kind: 'here'; arrive(upload: Passing): void } | { readonly kind: 'elsewhere'; readonly url: string } | { readonly kind: 'gone' };

interface Waiting {
  readonly nodeId: string;
  readonly expiresAt: number;
  arrive(upload: Passing): void;
}

const ADDRESS_TTL_S = 60;
const ADDRESS_RENEW_MS = 20 * SECOND_MS;
const SEPARATOR = '~';

/**
 * One-time tickets: each names this gateway, and stands for one browser that waits for one image of one node.
 * Where there is Redis, the gateway's address stands there, so that an upload that lands on another one finds its way.
 */
export class Tickets {
  readonly #deps: Deps;
  readonly #gatewayId: string;
  readonly #waiting = new Map<string, Waiting>();
  #announcedAt = Number.NEGATIVE_INFINITY;
  /** Where other gateways reach this one; known once it listens. */
  address: () => string | null = () => null;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#gatewayId = deps.makeId();
  }

  async issue(nodeId: string, expiresAt: number): Promise<Issued> {
    await this.#announce();
    const ticket = `${this.#gatewayId}${SEPARATOR}${randomBytes(24).toString('base64url')}`;
    const { promise, resolve } = Promise.withResolvers<Passing>();
    this.#waiting.set(ticket, { nodeId, expiresAt, arrive: resolve });
    return { ticket, arrived: promise, revoke: () => void this.#waiting.delete(ticket) };
  }

  async claim(ticket: string, nodeId: string): Promise<Claim> {
    const [gatewayId = ''] = ticket.split(SEPARATOR);
    if (gatewayId !== this.#gatewayId) return this.#elsewhere(gatewayId);
    const waiting = this.#waiting.get(ticket);
    if (waiting?.nodeId !== nodeId) return { kind: 'gone' };
    this.#waiting.delete(ticket);
    return waiting.expiresAt < this.#deps.clock() ? { kind: 'gone' } : { kind: 'here', arrive: (upload) => waiting.arrive(upload) };
  }

  async #elsewhere(gatewayId: string): Promise<Claim> {
    // Without Redis nobody knows the others: the browser asks again and gets another ticket.
    const url = await (this.#deps.redis?.get(addressKey(gatewayId)) ?? Promise.resolve(null)).catch(() => null);
    return url === null ? { kind: 'gone' } : { kind: 'elsewhere', url };
  }

  async #announce(): Promise<void> {
    const { redis, clock } = this.#deps;
    const url = this.address();
    if (!redis || url === null || clock() - this.#announcedAt < ADDRESS_RENEW_MS) return;
    try {
      await redis.set(addressKey(this.#gatewayId), url, { expiration: { type: 'EX', value: ADDRESS_TTL_S } });
      this.#announcedAt = clock();
    } catch (error) {
      // Without Redis only uploads that land here find their browser.
      this.#deps.log.warn({ event: 'imaging.address-unannounced', err: error });
    }
  }
}

function addressKey(gatewayId: string): string {
  return `readroom:gateway:${gatewayId}`;
}

export const tickets = perDeps((deps) => new Tickets(deps));
