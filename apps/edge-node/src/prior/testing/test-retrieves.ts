import { join } from 'node:path';
import type { FakeTime } from '../../testing/fake-time.ts';
import { openPriorRecord } from '../record.ts';
import { createRetrieves } from '../retrieves.ts';
import type { Retrieves, RetrievesOptions } from '../retrieves.ts';

export interface TestRetrieves {
  readonly retrieves: Retrieves;
  /** Ends the C-MOVE that was asked for last: one image was sent. */
  moved(): void;
  stop(): Promise<void>;
}

/** The node's own retrieves and their record, beside a PACS that answers C-MOVE when the test says so. */
export function testRetrieves(home: string, { clock, setTimer }: FakeTime, { imagesOf, outbox }: Pick<RetrievesOptions, 'imagesOf' | 'outbox'>): TestRetrieves {
  const record = openPriorRecord(join(home, 'priors.sqlite'));
  let moved: () => void = () => undefined;
  const retrieves = createRetrieves({
    peers: [{ aeTitle: 'PACS', host: 'pacs', port: 104, asks: ['find', 'move'] }],
    record: record.retrieves,
    imagesOf,
    outbox,
    clock,
    setTimer,
    hasRoom: () => true,
    move: (_peer, _uid, { signal }) => new Promise((resolve, reject) => {
      moved = () => resolve({ remaining: null, completed: 1, failed: 0, warning: 0 });
      signal.addEventListener('abort', () => reject(signal.reason));
    }),
    onAsked: () => undefined,
  });
  return {
    retrieves,
    moved: () => moved(),
    async stop() {
      await retrieves.stop();
      record.close();
    },
  };
}
