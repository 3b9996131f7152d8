import type { Clock } from '@readroom/shared/clock';
import { MINUTE_MS } from '@readroom/shared/clock';
import type { RetrieveRecord } from './retrieve-record.ts';

/** Why a study is held (PS3). */
export interface Provenance {
  /** Whether it is one that was fetched, and nothing else. */
  isPrior(studyUid: string): boolean;
  /** An image of the study came, new or again. True when that makes a study like any other of what was a prior. */
  cameIn(studyUid: string): boolean;
}

/** From the last image, or our end of asking: a PACS goes on sending for a while after we gave up on it. */
const GRACE_MS = MINUTE_MS;
/** Studies whose last image is remembered before the old are looked for. */
const MANY = 100;

export function createProvenance(record: RetrieveRecord, clock: Clock): Provenance {
  const lastCame = new Map<string, number>();
  return {
    isPrior: (studyUid) => record.find(studyUid)?.arrived === false,
    cameIn(studyUid) {
      const entry = record.find(studyUid);
      if (!entry || entry.arrived) return false;
      const now = clock();
      const isFetched = entry.endedAt === null || now - Math.max(entry.endedAt, lastCame.get(studyUid) ?? 0) <= GRACE_MS;
      if (isFetched) lastCame.set(studyUid, now);
      else record.arrived(studyUid);
      if (lastCame.size > MANY) for (const [uid, at] of lastCame) if (now - at > GRACE_MS) lastCame.delete(uid);
      return !isFetched;
    },
  };
}
