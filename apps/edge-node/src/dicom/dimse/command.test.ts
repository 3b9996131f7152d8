import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COMMAND, CommandError, decodeCommand, encodeCommand } from './command.ts';

const UNSAID = { status: null, errorComment: '', moveDestination: '', subOperations: { remaining: null, completed: null, failed: null, warning: null } };

test('a C-STORE request and its response are read back', () => {
  const request = { field: COMMAND.cStoreRequest, messageId: 7, hasDataSet: true, affectedSopClassUid: '1.2.840.10008.5.1.4.1.1.2', affectedSopInstanceUid: '1.2.3' };
  expect(decodeCommand(encodeCommand(request))).toEqual({ ...UNSAID, ...request });
  const response = { field: COMMAND.cStoreResponse, messageId: 7, status: 0xa700, errorComment: 'Disk full', affectedSopClassUid: '1.2', affectedSopInstanceUid: '1.2.3' };
  expect(decodeCommand(encodeCommand(response))).toEqual({ ...UNSAID, ...response, hasDataSet: false });
});

test('a C-MOVE request says where to, and a C-CANCEL which message it ends', () => {
  const request = { field: COMMAND.cMoveRequest, messageId: 9, hasDataSet: true, affectedSopClassUid: '1.2.840.10008.5.1.4.1.2.2.2', moveDestination: 'READROOM' };
  expect(decodeCommand(encodeCommand(request))).toEqual({ ...UNSAID, affectedSopInstanceUid: '', ...request });
  const cancel = encodeCommand({ field: COMMAND.cCancel, messageId: 9 });
  // (0000,0120) Message ID Being Responded To, not (0000,0110) (PS3.7 table 9.3-5).
  expect(cancel.includes(Buffer.from([0, 0, 0x20, 0x01, 2, 0, 0, 0, 9, 0]))).toBe(true);
});

test('the group length counts what follows it, and every value has an even length', () => {
  const bytes = encodeCommand({ field: COMMAND.cStoreResponse, messageId: 1, status: 0, affectedSopClassUid: '1.2.3', errorComment: 'odd' });
  expect(bytes.readUInt32LE(8)).toBe(bytes.length - 12);
  expect(bytes.length % 2).toBe(0);
});

test('an error comment longer than its VR is cut to 64 characters', () => {
  expect(decodeCommand(encodeCommand({ field: 0x8001, messageId: 1, status: 1, errorComment: 'x'.repeat(100) })).errorComment).toHaveLength(64);
});

test('a command without Command Field or Message ID is refused', () => {
  expect(() => decodeCommand(Buffer.alloc(0))).toThrow(CommandError);
});

test('any bytes are either a command or refused as a CommandError', () => {
  const good = encodeCommand({ field: COMMAND.cStoreRequest, messageId: 7, hasDataSet: true, affectedSopClassUid: '1.2', affectedSopInstanceUid: '1.2.3' });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255))), fc.nat(good.length), (changes, length) => {
      const bytes = Buffer.from(good.subarray(0, length));
      for (const [at, value] of changes) if (at < length) bytes[at] = value;
      try {
        decodeCommand(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(CommandError);
      }
    }),
    { numRuns: 800 },
  );
});
