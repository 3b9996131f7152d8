import type { InstanceRecord } from '../instance-record.ts';

const RECENT_STUDIES = 64;

export interface RecentStudies {
  /** A study's records by SOP Instance UID, in the order stored; loaded when they are not at hand. */
  of(studyUid: string): ReadonlyMap<string, InstanceRecord>;
  put(record: InstanceRecord): void;
  drop(studyUid: string): void;
}

/** The studies in work, so that a snapshot of one that is still arriving parses nothing. */
export function createRecentStudies(load: (studyUid: string) => InstanceRecord[]): RecentStudies {
  const studies = new Map<string, Map<string, InstanceRecord>>();

  function of(studyUid: string): Map<string, InstanceRecord> {
    const known = studies.get(studyUid) ?? new Map(load(studyUid).map((record) => [record.sopInstanceUid, record]));
    studies.delete(studyUid);
    studies.set(studyUid, known);
    const [oldest] = studies.keys();
    if (studies.size > RECENT_STUDIES && oldest !== undefined) studies.delete(oldest);
    return known;
  }

  function put(record: InstanceRecord): void {
    const records = of(record.studyUid);
    // An instance stored again under another study leaves the one it was in; within its own it becomes the last.
    studies.forEach((others) => others.delete(record.sopInstanceUid));
    records.set(record.sopInstanceUid, record);
  }

  return { of, put, drop: (studyUid) => void studies.delete(studyUid) };
}
