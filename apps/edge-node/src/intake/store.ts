import type { Instance, StudySnapshot } from '@readroom/shared/study/study';
import type { InstanceIndex } from './index/instance-index.ts';
import type { InstanceRecord } from './instance-record.ts';
import { readStored } from './segment/reader.ts';
import { snapshotOf } from './snapshot.ts';

/** What the rest of the node reads of the stored images. */
export interface Store {
  /** What is held of a study now, or `null`. `state` says whether assembly calls it complete. */
  study(studyUid: string): StudySnapshot | null;
  /** The instance as a Part 10 file: preamble, meta, data set exactly as received. `null` when it is not held. */
  read(sopInstanceUid: string): Promise<Buffer | null>;
  /** Of a study, series after series, each in display order. */
  instances(studyUid: string): Instance[];
  studyUids(): string[];
  /** The records behind a study, for assembly. */
  records(studyUid: string): readonly InstanceRecord[];
  instanceCount(): number;
}

export interface StoreOptions {
  readonly index: InstanceIndex;
  readonly segmentDirectory: string;
  readonly isComplete: (studyUid: string) => boolean;
}

export function createStore({ index, segmentDirectory, isComplete }: StoreOptions): Store {
  const study = (studyUid: string): StudySnapshot | null => snapshotOf(index.ofStudy(studyUid), isComplete(studyUid) ? 'complete' : 'receiving');
  return {
    study,
    instances: (studyUid) => study(studyUid)?.series.flatMap((series) => series.instances) ?? [],
    studyUids: () => index.studyUids(),
    records: (studyUid) => index.ofStudy(studyUid),
    instanceCount: () => index.count(),
    async read(sopInstanceUid) {
      const found = index.find(sopInstanceUid);
      return found ? await readStored(segmentDirectory, found.at) : null;
    },
  };
}
