import type { Clock } from '@readroom/shared/clock';
import { transferSyntax } from '@readroom/shared/dicom/transfer-syntax';
import { AppError } from '@readroom/shared/error';
import { STATUS, STORED } from '../dicom/dimse/status.ts';
import type { StoreOutcome } from '../dicom/dimse/status.ts';
import { readHeader } from '../dicom/header/header.ts';
import { StructureError } from '../dicom/header/structure.ts';
import type { AssociationInfo, AssociationReceiver, IncomingObject, Receiver, StoreRequest } from '../dicom/scp/receiver.ts';
import { diskFreeBytes } from '../infra/disk.ts';
import { describeInstance } from './describe.ts';
import type { Description } from './describe.ts';
import type { InstanceIndex } from './index/instance-index.ts';
import { encodeInstanceRecord } from './instance-record.ts';
import type { InstanceRecord } from './instance-record.ts';
import { encodePart10Head } from './part10.ts';
import { SEGMENT_BYTES } from './segment/pool.ts';
import type { SegmentPool } from './segment/pool.ts';
import { isSameDataSet } from './segment/reader.ts';
import type { SegmentWriter } from './segment/writer.ts';
import type { StudyKeys } from '../vault/study-keys.ts';

/** What assembly and the console hear of. Called after the instance is durable, before the sender is told. */
export interface IntakeWatch {
  stored(record: InstanceRecord, association: AssociationInfo): void;
  /** Sent again: same bytes, nothing new; or other bytes under the same UID, which replace what was shown before. */
  repeated(record: InstanceRecord, same: boolean): void;
  associationEnded(association: AssociationInfo, studyUids: readonly string[]): void;
  halted(error: AppError): void;
}

export interface ReceiverOptions {
  /** Where segments are written; it exists. */
  readonly directory: string;
  readonly index: InstanceIndex;
  readonly segments: SegmentPool;
  readonly keys: StudyKeys;
  readonly clock: Clock;
  readonly watch: IntakeWatch;
  /** Below this much free space new objects are refused, so that index, outbox and log can still be written. */
  readonly reserveBytes: number;
}

/** The longest data set taken: 8 GiB, past the longest whole-slide and cine objects. */
const MAX_DATA_SET_BYTES = 8 * 1024 ** 3;

const DISK_FULL: StoreOutcome = { status: STATUS.outOfResources, comment: 'Disk full: keep the object and send it again later' };
const HALTED: StoreOutcome = { status: STATUS.outOfResources, comment: 'Storage stopped after a disk fault: call IT' };

export interface HaltingReceiver extends Receiver {
  /** Nothing more is acknowledged in this life of the process. */
  halt(error: AppError): void;
}

/** Receives objects into segments: acknowledged only once durable (law ED1). */
export function createReceiver(options: ReceiverOptions): HaltingReceiver {
  const state: IntakeState = { halted: null, inFlight: new Map() };
  const halt = (error: AppError): void => {
    if (state.halted) return;
    state.halted = error;
    options.watch.halted(error);
  };
  return {
    halt,
    halted: () => (state.halted ? 'Images are not acknowledged after a disk fault: check the disk, then restart the node.' : null),
    open: (association) => openAssociation(options, state, halt, association),
  };
}

interface IntakeState {
  halted: AppError | null;
  /** SOP Instance UIDs being made durable, so that the same object on two associations is stored once. */
  readonly inFlight: Map<string, Promise<StoreOutcome>>;
}

function openAssociation(options: ReceiverOptions, state: IntakeState, halt: (error: AppError) => void, association: AssociationInfo): AssociationReceiver {
  let writer: SegmentWriter | null = null;
  let working: Promise<unknown> = Promise.resolve();
  let ended: Promise<void> | null = null;
  const studies = new Set<string>();

  function currentWriter(): SegmentWriter {
    if (writer && writer.size >= SEGMENT_BYTES) giveBack();
    writer ??= options.segments.take();
    return writer;
  }

  function giveBack(): void {
    if (writer) options.segments.give(writer);
    writer = null;
  }

  function track(work: Promise<unknown>): void {
    working = work;
  }

  function receive(request: StoreRequest): IncomingObject {
    if (state.halted) return refusing(HALTED);
    try {
      if (isFull(options)) return refusing(DISK_FULL);
      const segment = currentWriter();
      segment.begin(encodePart10Head(request, association.callingAeTitle));
      return receiving({ segment, request, association, options, state, halt, onStored: (record) => studies.add(record.studyUid), track });
    } catch (error) {
      return refusing(outcomeOf(error, halt));
    }
  }

  return {
    receive,
    end() {
      ended ??= working.then(() => {
        try {
          giveBack();
        } catch (error) {
          outcomeOf(error, halt);
        }
        options.watch.associationEnded(association, [...studies]);
      });
      return ended;
    },
  };
}

function isFull(options: ReceiverOptions): boolean {
  return diskFreeBytes(options.directory) < options.reserveBytes;
}

/** The data set passes by unkept; the answer waits for its end. */
function refusing(outcome: StoreOutcome): IncomingObject {
  return { write: () => undefined, discard: () => undefined, store: () => Promise.resolve(outcome) };
}

interface Receiving {
  readonly segment: SegmentWriter;
  readonly request: StoreRequest;
  readonly association: AssociationInfo;
  readonly options: ReceiverOptions;
  readonly state: IntakeState;
  readonly halt: (error: AppError) => void;
  readonly onStored: (record: InstanceRecord) => void;
  readonly track: (work: Promise<unknown>) => void;
}

function receiving(incoming: Receiving): IncomingObject {
  let tooLong = false;
  return {
    write(bytes) {
      if (tooLong) return;
      incoming.segment.write(bytes);
      if (incoming.segment.dataSetLength > MAX_DATA_SET_BYTES) {
        tooLong = true;
        incoming.segment.discard();
      }
    },
    discard: () => incoming.segment.discard(),
    store() {
      if (tooLong) return Promise.resolve({ status: STATUS.outOfResources, comment: 'Object is longer than 8 GiB' });
      const work = storeOne(incoming).catch((error: unknown) => {
        incoming.segment.discard();
        return outcomeOf(error, incoming.halt);
      });
      incoming.track(work);
      return work;
    },
  };
}

async function storeOne(incoming: Receiving): Promise<StoreOutcome> {
  const described = describe(incoming);
  if ('refusal' in described) {
    incoming.segment.discard();
    return described.refusal;
  }
  const { record } = described;
  const { inFlight } = incoming.state;
  // Another association may be storing the same instance: what it did decides what this one is.
  while (inFlight.has(record.sopInstanceUid)) await inFlight.get(record.sopInstanceUid);
  // A key that the retention destroyed between here and the index would leave an acknowledged object unreadable.
  const letGo = incoming.options.keys.hold(record.studyUid);
  const work = keep(incoming, record).finally(letGo);
  inFlight.set(record.sopInstanceUid, work.catch(() => STORED));
  try {
    return await work;
  } finally {
    inFlight.delete(record.sopInstanceUid);
  }
}

function describe(incoming: Receiving): Description {
  const encoding = transferSyntax(incoming.request.transferSyntaxUid)?.encoding ?? 'explicit-le';
  try {
    const header = readHeader(incoming.segment.source(), encoding);
    return describeInstance(header, { request: incoming.request, callingAeTitle: incoming.association.callingAeTitle, receivedAt: incoming.options.clock() });
  } catch (error) {
    if (!(error instanceof StructureError)) throw error;
    return { refusal: { status: STATUS.cannotUnderstand, comment: error.message } };
  }
}

async function keep(incoming: Receiving, record: InstanceRecord): Promise<StoreOutcome> {
  const { segment, options } = incoming;
  const before = options.index.find(record.sopInstanceUid);
  if (before && before.record.transferSyntaxUid === record.transferSyntaxUid && (await isSameDataSet(options.directory, before.at, segment.source(), options.keys))) {
    segment.discard();
    options.watch.repeated(before.record, true);
    incoming.onStored(before.record);
    return STORED;
  }
  const at = await segment.finish(encodeInstanceRecord(record), options.keys.of(record.studyUid));
  try {
    options.index.add(record, at);
  } catch (cause) {
    segment.undo(at);
    throw new AppError('index-write', { class: 'transient', message: 'The index of stored images cannot be written.', cause });
  }
  if (before) options.watch.repeated(record, false);
  incoming.onStored(record);
  options.watch.stored(record, incoming.association);
  return STORED;
}

/** One translation from what went wrong to what the sender is told (PS3.4 table B.2-1). */
function outcomeOf(error: unknown, halt: (error: AppError) => void): StoreOutcome {
  if (error instanceof AppError && error.code === 'disk-full') return DISK_FULL;
  halt(error instanceof AppError ? error : new AppError('intake', { class: 'permanent', message: 'Storing an object failed in an unforeseen way.', cause: error }));
  return HALTED;
}
