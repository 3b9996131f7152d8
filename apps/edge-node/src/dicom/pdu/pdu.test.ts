import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeControlPdu } from './decode.ts';
import { encodeAbort, encodeAssociateAccept, encodeAssociateReject, encodeAssociateRequest, encodeDataHead, encodeReleaseRequest, encodeReleaseResponse } from './encode.ts';
import { PDU_TYPE, PduError } from './pdu.ts';
import type { ControlPdu, PdvSlice } from './pdu.ts';
import { PduReader } from './reader.ts';

const USER = { maxPduLength: 16_384, implementationClassUid: '1.2.3.4', implementationVersion: 'TEST_1' };
const REQUEST = {
  calledAeTitle: 'READROOM',
  callingAeTitle: 'MODALITY',
  contexts: [
    { id: 1, abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: ['1.2.840.10008.1.2'] },
    { id: 3, abstractSyntax: '1.2.840.10008.5.1.4.1.1.2', transferSyntaxes: ['1.2.840.10008.1.2.1', '1.2.840.10008.1.2'] },
  ],
  user: USER,
};

function read(chunks: readonly Buffer[], maxPduLength = 131_072): { control: ControlPdu[]; slices: PdvSlice[] } {
  const seen = { control: [] as ControlPdu[], slices: [] as PdvSlice[] };
  const reader = new PduReader({ onControl: (pdu) => seen.control.push(pdu), onSlice: (slice) => seen.slices.push(slice) }, maxPduLength);
  for (const chunk of chunks) reader.push(chunk);
  return seen;
}

function chop(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, i = 0; at < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

function fragments(bytes: Buffer, size: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size);
    parts.push(encodeDataHead(5, piece.length, { command: false, last: at + size >= bytes.length }), piece);
  }
  return Buffer.concat(parts);
}

describe('control PDUs', () => {
  test('an association request is read back as it was written', () => {
    const [pdu] = read([encodeAssociateRequest(REQUEST)]).control;
    expect(pdu).toEqual({ type: 'associate-request', protocolVersion: 1, applicationContext: '1.2.840.10008.3.1.1.1', ...REQUEST });
  });

  test('acceptance, rejection, release and abort are read back', () => {
    const accept = { calledAeTitle: 'A', callingAeTitle: 'B', contexts: [{ id: 1, result: 3, transferSyntax: '1.2.840.10008.1.2' }], user: USER };
    const bytes = Buffer.concat([
      encodeAssociateAccept(accept),
      encodeAssociateReject({ result: 1, source: 1, reason: 7 }),
      encodeReleaseRequest(),
      encodeReleaseResponse(),
      encodeAbort({ source: 2, reason: 6 }),
    ]);
    expect(read([bytes]).control).toEqual([
      { type: 'associate-accept', ...accept },
      { type: 'associate-reject', result: 1, source: 1, reason: 7 },
      { type: 'release-request' },
      { type: 'release-response' },
      { type: 'abort', source: 2, reason: 6 },
    ]);
  });

  test.each([
    ['shorter than its fixed part', Buffer.alloc(20)],
    ['with an item longer than itself', Buffer.concat([Buffer.alloc(68), Buffer.from([0x10, 0, 0xff, 0xff, 1])])],
    ['with an even presentation context id', Buffer.concat([Buffer.alloc(68), Buffer.from([0x20, 0, 0, 4, 2, 0, 0, 0])])],
    ['with a presentation context without abstract syntax', Buffer.concat([Buffer.alloc(68), Buffer.from([0x20, 0, 0, 4, 1, 0, 0, 0])])],
  ])('a request %s is refused', (_what, value) => {
    expect(() => decodeControlPdu(PDU_TYPE.associateRequest, value)).toThrow(PduError);
  });

  test('two presentation contexts of one id are refused', () => {
    const twice = encodeAssociateRequest({ ...REQUEST, contexts: [REQUEST.contexts[0]!, REQUEST.contexts[0]!] });
    expect(() => read([twice])).toThrow(/same id/);
  });
});

describe('the stream', () => {
  test('data survives any cut of the stream into chunks and of the message into fragments', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 3_000 }), fc.integer({ min: 1, max: 700 }), fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (content, size, sizes) => {
        const { slices } = read(chop(fragments(Buffer.from(content), size), sizes));
        expect(Buffer.concat(slices.map((slice) => slice.bytes)).equals(Buffer.from(content))).toBe(true);
        expect(slices.filter((slice) => slice.last)).toHaveLength(1);
        expect(slices.at(-1)?.last).toBe(true);
      }),
    );
  });

  test('a chunk is given back once, when all of it was read, and nothing of it is needed after', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 2_000 }), fc.integer({ min: 1, max: 700 }), fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (content, size, sizes) => {
        const got: Buffer[] = [];
        let control = 0;
        let back = 0;
        const onRead = (chunk: Buffer): void => {
          back += 1;
          chunk.fill(0xee);
        };
        const reader = new PduReader({ onControl: () => (control += 1), onSlice: ({ bytes }) => got.push(Buffer.from(bytes)), onRead }, 131_072);
        const chunks = chop(Buffer.concat([encodeAssociateRequest(REQUEST), fragments(Buffer.from(content), size)]), sizes);
        chunks.forEach((chunk) => reader.push(Buffer.from(chunk)));
        expect([control, back]).toEqual([1, chunks.length]);
        expect(Buffer.concat(got).equals(Buffer.from(content))).toBe(true);
      }),
    );
  });

  test('any bytes are either read or refused as a PduError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        try {
          read([Buffer.from(bytes)]);
        } catch (error) {
          expect(error).toBeInstanceOf(PduError);
        }
      }),
      { numRuns: 800 },
    );
  });

  test('a damaged association request is either read or refused as a PduError', () => {
    const good = encodeAssociateRequest(REQUEST);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }), (changes) => {
        const bytes = Buffer.from(good);
        for (const [at, value] of changes) bytes[at] = value;
        try {
          read([bytes]);
        } catch (error) {
          expect(error).toBeInstanceOf(PduError);
        }
      }),
      { numRuns: 800 },
    );
  });

  test('an oversize data PDU is refused by its header, before any of its bytes', () => {
    const head = Buffer.from([PDU_TYPE.data, 0, 0xff, 0xff, 0xff, 0xff]);
    expect(() => read([head])).toThrow(/longer than the 131072 bytes/);
  });

  test('an oversize control PDU is refused by its header', () => {
    expect(() => read([Buffer.from([PDU_TYPE.associateRequest, 0, 0x40, 0, 0, 0])])).toThrow(/control PDU/);
  });

  test('a value longer than its PDU is refused', () => {
    expect(() => read([Buffer.from([PDU_TYPE.data, 0, 0, 0, 0, 10, 0, 0, 1, 0, 1, 2])])).toThrow(/longer than its PDU/);
  });

  test('an empty last fragment ends a message', () => {
    const { slices } = read([encodeDataHead(1, 0, { command: false, last: true })]);
    expect(slices).toEqual([{ contextId: 1, command: false, last: true, bytes: Buffer.alloc(0) }]);
  });

  test('while paused nothing is handed on, and all of it after', () => {
    const slices: PdvSlice[] = [];
    const reader = new PduReader(
      {
        onControl: () => undefined,
        onSlice(slice) {
          slices.push(slice);
          if (slices.length === 1) reader.pause();
        },
      },
      131_072,
    );
    const one = fragments(Buffer.from('one'), 10);
    reader.push(Buffer.concat([one, fragments(Buffer.from('two'), 10)]));
    reader.push(fragments(Buffer.from('three'), 10));
    expect(slices.map((slice) => slice.bytes.toString())).toEqual(['one']);
    reader.resume();
    expect(slices.map((slice) => slice.bytes.toString())).toEqual(['one', 'two', 'three']);
  });
});
