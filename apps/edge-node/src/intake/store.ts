import { AppError } from '@readroom/shared/error';
import type { Instance, StudySnapshot } from '@readroom/shared/study/study';
import { contentKeyOf } from './index/instance-index.ts';
import type { InstanceIndex, StudyContent } from './index/instance-index.ts';
import type { InstanceRecord } from './instance-record.ts';
import { readStored } from './segment/reader.ts';
import { snapshotOf } from './snapshot.ts';
import type { StudyKeys } from '../vault/study-keys.ts';

/** What the rest of the node reads of the stored images. */
export interface Store {
  /** What is held of a study now, or `null`. `state` says whether assembly calls it complete. */
  study(studyUid: string): StudySnapshot | null;
  /** The instance as a Part 10 file: preamble, meta, data set exactly as received. @throws AppError `not-at-edge` (permanent) when it is not held */
  read(sopInstanceUid: string): Promise<Buffer>;
  /** Of a study, series after series, each in display order. */
  instances(studyUid: string): Instance[];
  /** Every study held, with the key of its content. */
  contents(): StudyContent[];
  /** Differs whenever an instance of the study was stored, or stored again with other bytes. */
  contentKey(studyUid: string): string;
  /** The records behind a study, for assembly. */
  records(studyUid: string): readonly InstanceRecord[];
  instanceCount(): number;
}

export interface StoreOptions {
  readonly index: InstanceIndex;
  readonly segmentDirectory: string;
  readonly keys: StudyKeys;
  readonly isComplete: (studyUid: string) => boolean;
}

export function createStore({ index, segmentDirectory, keys, isComplete }: StoreOptions): Store {
  const study = (studyUid: string): StudySnapshot | null => snapshotOf(index.ofStudy(studyUid), isComplete(studyUid) ? 'complete' : 'receiving');
  return {
    study,
    instances: (studyUid) => study(studyUid)?.series.flatMap((series) => series.instances) ?? [],
    contents: () => index.contents(),
    contentKey: (studyUid) => contentKeyOf(index.ofStudy(studyUid)),
    records: (studyUid) => index.ofStudy(studyUid),
    instanceCount: () => index.count(),
    async read(sopInstanceUid) {
      const found = index.find(sopInstanceUid);
      if (!found) throw new AppError('not-at-edge', { class: 'permanent', message: 'This node does not hold the image.' });
      return await readStored(segmentDirectory, found.at, keys);
    },
  };
}
