import { randomUUID } from 'node:crypto';
import type { Clock } from '@readroom/shared/clock';
import { HOUR_MS } from '@readroom/shared/clock';
import type { LanAudit } from '@readroom/shared/wire/lan-audit';
import type { Outbox } from '../outbox/outbox.ts';

const MOST_REMEMBERED = 1_000;

export interface PageAudit {
  /** Resolves once the deed is durable; a look is written once an hour a person, as the gateway does. */
  record(account: string, deed: LanAudit['deed']): Promise<void>;
}

/** TN2: who did what at the page, on its way to the hospital's audit. `failed` hears what could not be kept: the page is there for emergencies and answers all the same. */
export function createPageAudit(outbox: Pick<Outbox, 'put'>, clock: Clock, failed: (error: unknown) => void): PageAudit {
  const looked = new Map<string, number>();
  return {
    async record(account, deed) {
      const hour = Math.floor(clock() / HOUR_MS);
      if (deed === 'view' && looked.get(account) === hour) return;
      try {
        await outbox.put({ type: 'lan-audit', id: randomUUID(), account, deed, at: clock() });
        if (deed === 'view') looked.set(account, hour);
        for (const key of looked.keys()) if (looked.size > MOST_REMEMBERED) looked.delete(key);
      } catch (error) {
        failed(error);
      }
    },
  };
}
