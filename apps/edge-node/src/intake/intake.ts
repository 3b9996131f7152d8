import { mkdirSync } from 'node:fs';
import type { Clock } from '@readroom/shared/clock';
import type { AppError } from '@readroom/shared/error';
import type { MakeId } from '@readroom/shared/id';
import type { SetTimer } from '../infra/timers.ts';
import { Assembler } from './assembler.ts';
import type { Evidence } from './assembler.ts';
import { openInstanceIndex } from './index/instance-index.ts';
import type { Held } from './index/instance-index.ts';
import type { RecoveryReport } from './index/recover.ts';
import { openStudyKeys } from '../vault/study-keys.ts';
import type { StudyKeys } from '../vault/study-keys.ts';
import { createReceiver } from './receive.ts';
import type { HaltingReceiver } from './receive.ts';
import { sweep } from './retention.ts';
import type { SweepOptions, Swept } from './retention.ts';
import { createSegmentPool } from './segment/pool.ts';
import { createStore } from './store.ts';
import type { Store } from './store.ts';

export interface IntakeOptions {
  /** The node's folder: `master.key`, `study-keys`, `segments/` and `index.sqlite` are made in it. */
  readonly home: string;
  readonly reserveBytes: number;
  readonly clock: Clock;
  readonly setTimer: SetTimer;
  readonly makeId: MakeId;
  /** Whether a study is complete is for the study flow to say; false while images of it arrive. */
  readonly isComplete: (studyUid: string) => boolean;
  readonly onChanged: (studyUid: string) => void;
  readonly onAssembled: (studyUid: string, evidence: Evidence) => void;
  readonly onRepeated: (same: boolean, studyUid: string) => void;
  readonly onHalted: (error: AppError) => void;
}

export interface Intake {
  readonly receiver: HaltingReceiver;
  readonly store: Store;
  readonly assembler: Assembler;
  readonly recovery: RecoveryReport;
  readonly keys: StudyKeys;
  held(): Held;
  /** @throws AppError `disk-sync` or `index-write` */
  sweep(options: Pick<SweepOptions, 'keepMs' | 'needed' | 'most'>): Swept;
  close(): void;
}

/** Segments, their index, what reads them, and the assembly of studies, as one part. @throws AppError when the folder cannot be used */
export function openIntake(options: IntakeOptions): Intake {
  const directory = `${options.home}/segments`;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const keys = openStudyKeys(options);
  const { index, recovery } = openInstanceIndex({
    keys,
    file: `${options.home}/index.sqlite`,
    segmentDirectory: directory,
    setTimer: options.setTimer,
    onFailure: (error) => receiver.halt(error),
  });
  const store = createStore({ index, keys, segmentDirectory: directory, isComplete: options.isComplete });
  const assembler = new Assembler({ clock: options.clock, setTimer: options.setTimer, counts: store.records, onAssembled: options.onAssembled });
  const segments = createSegmentPool({
    directory,
    clock: options.clock,
    makeId: options.makeId,
    onGivenBack(name, size) {
      if (receiver.halted() === null) index.seal(name, size);
    },
  });
  const receiver = createReceiver({
    directory,
    index,
    segments,
    keys,
    clock: options.clock,
    reserveBytes: options.reserveBytes,
    watch: {
      stored(record, association) {
        assembler.instanceStored(record.studyUid, record.callingAeTitle, association.number);
        options.onChanged(record.studyUid);
      },
      repeated: (record, same) => options.onRepeated(same, record.studyUid),
      associationEnded: (association, studyUids) => assembler.associationEnded(association.number, studyUids),
      halted: options.onHalted,
    },
  });
  return {
    receiver,
    store,
    assembler,
    recovery,
    keys,
    held: () => index.held(),
    sweep: (what) => sweep({ ...what, directory, keys, index, segments, clock: options.clock }),
    close() {
      assembler.stop();
      segments.close();
      index.close();
      keys.close();
    },
  };
}
