/** DIMSE command sets (PS3.7 sections 6.3 and 9.3): implicit VR little endian, group 0000 only. */

export const COMMAND = {
  cStoreRequest: 0x0001, cStoreResponse: 0x8001, cFindRequest: 0x0020, cFindResponse: 0x8020, cMoveRequest: 0x0021, cMoveResponse: 0x8021,
  cEchoRequest: 0x0030, cEchoResponse: 0x8030, cCancel: 0x0fff,
} as const;

/** Command Data Set Type (0000,0800): this value says no data set follows. */
export const NO_DATA_SET = 0x0101;

export interface Command {
  /** Command Field (0000,0100). */
  readonly field: number;
  /** Message ID (0000,0110) of a request, Message ID Being Responded To (0000,0120) of a response. */
  readonly messageId: number;
  readonly hasDataSet: boolean;
  readonly affectedSopClassUid: string;
  readonly affectedSopInstanceUid: string;
  /** Status (0000,0900), of a response. */
  readonly status: number | null;
  /** Error Comment (0000,0902), of a response. */
  readonly errorComment: string;
  /** Move Destination (0000,0600), of a C-MOVE request. */
  readonly moveDestination: string;
  /** Of a C-MOVE response, as far as the peer counts them (PS3.7 9.1.4.1.9 to 12). */
  readonly subOperations: SubOperations;
}

export interface SubOperations {
  readonly remaining: number | null;
  readonly completed: number | null;
  readonly failed: number | null;
  readonly warning: number | null;
}

/** A command set that cannot be read: the association is aborted, as no response could name its message. */
export class CommandError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CommandError';
  }
}

const TAG = {
  groupLength: 0x0000,
  affectedSopClassUid: 0x0002,
  field: 0x0100,
  messageId: 0x0110,
  respondedTo: 0x0120,
  moveDestination: 0x0600,
  priority: 0x0700,
  dataSetType: 0x0800,
  status: 0x0900,
  errorComment: 0x0902,
  affectedSopInstanceUid: 0x1000,
  remaining: 0x1020,
  completed: 0x1021,
  failed: 0x1022,
  warning: 0x1023,
} as const;

export const MAX_COMMAND_BYTES = 16 * 1024;

function readElements(bytes: Buffer): Map<number, Buffer> {
  const elements = new Map<number, Buffer>();
  let at = 0;
  while (at < bytes.length) {
    if (at + 8 > bytes.length) throw new CommandError('the command set ends inside an element header');
    if (bytes.readUInt16LE(at) !== 0) throw new CommandError('the command set holds an element outside group 0000');
    const length = bytes.readUInt32LE(at + 4);
    if (at + 8 + length > bytes.length) throw new CommandError('an element of the command set is longer than the command set');
    elements.set(bytes.readUInt16LE(at + 2), bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return elements;
}

/** @throws CommandError */
export function decodeCommand(bytes: Buffer): Command {
  const elements = readElements(bytes);
  const number = (tag: number): number | null => {
    const value = elements.get(tag);
    return value && value.length >= 2 ? value.readUInt16LE(0) : null;
  };
  const text = (tag: number): string => (elements.get(tag) ?? Buffer.alloc(0)).toString('latin1').replace(/[\0 ]+$/, '').trimStart();
  const field = number(TAG.field);
  const messageId = number(TAG.messageId) ?? number(TAG.respondedTo);
  if (field === null || messageId === null) throw new CommandError('the command set has no Command Field or no Message ID');
  return {
    field,
    messageId,
    hasDataSet: (number(TAG.dataSetType) ?? NO_DATA_SET) !== NO_DATA_SET,
    affectedSopClassUid: text(TAG.affectedSopClassUid),
    affectedSopInstanceUid: text(TAG.affectedSopInstanceUid),
    status: number(TAG.status),
    errorComment: text(TAG.errorComment),
    moveDestination: text(TAG.moveDestination),
    subOperations: { remaining: number(TAG.remaining), completed: number(TAG.completed), failed: number(TAG.failed), warning: number(TAG.warning) },
  };
}

function element(tag: number, value: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(tag, 2);
  head.writeUInt32LE(value.length, 4);
  return Buffer.concat([head, value]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function padded(value: string, pad: string): Buffer {
  return Buffer.from(value.length % 2 === 0 ? value : value + pad, 'latin1');
}

/** Requests that carry Priority (0000,0700); all of ours ask for MEDIUM. */
const WITH_PRIORITY: readonly number[] = [COMMAND.cStoreRequest, COMMAND.cFindRequest, COMMAND.cMoveRequest];

/** Elements go out in ascending order after the group length, which counts what follows it. */
export function encodeCommand(command: Partial<Command> & Pick<Command, 'field' | 'messageId'>): Buffer {
  // C-CANCEL is a request that names the message it ends as a response does (PS3.7 9.3.2.3).
  const isResponse = (command.field & 0x8000) !== 0 || command.field === COMMAND.cCancel;
  const parts: Buffer[] = [];
  if (command.affectedSopClassUid) parts.push(element(TAG.affectedSopClassUid, padded(command.affectedSopClassUid, '\0')));
  parts.push(element(TAG.field, uint16(command.field)));
  parts.push(element(isResponse ? TAG.respondedTo : TAG.messageId, uint16(command.messageId)));
  if (command.moveDestination) parts.push(element(TAG.moveDestination, padded(command.moveDestination, ' ')));
  if (WITH_PRIORITY.includes(command.field)) parts.push(element(TAG.priority, uint16(0)));
  parts.push(element(TAG.dataSetType, uint16(command.hasDataSet ? 0x0001 : NO_DATA_SET)));
  if (command.status !== undefined && command.status !== null) parts.push(element(TAG.status, uint16(command.status)));
  if (command.errorComment) parts.push(element(TAG.errorComment, padded(command.errorComment.slice(0, 64), ' ')));
  if (command.affectedSopInstanceUid) parts.push(element(TAG.affectedSopInstanceUid, padded(command.affectedSopInstanceUid, '\0')));
  const body = Buffer.concat(parts);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return Buffer.concat([element(TAG.groupLength, length), body]);
}
