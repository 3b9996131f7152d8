import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { COMMAND, decodeCommand, encodeCommand } from '../dicom/dimse/command.ts';
import type { Command } from '../dicom/dimse/command.ts';
import { encodeAbort, encodeAssociateRequest, encodeDataHead, encodeReleaseRequest } from '../dicom/pdu/encode.ts';
import type { ControlPdu } from '../dicom/pdu/pdu.ts';
import { PduReader } from '../dicom/pdu/reader.ts';
import { CT_IMAGE_STORAGE } from './dicom-object.ts';
import { until } from './until.ts';

/** A requestor that may break every rule: bytes go out as they are given, what comes back is kept. */
export interface RawScu {
  readonly socket: Socket;
  readonly control: ControlPdu[];
  readonly responses: Command[];
  send(...bytes: Buffer[]): void;
  closed(): boolean;
  /** Sends the request and waits for the answer. */
  associate(options?: { calledAeTitle?: string; abstractSyntax?: string; transferSyntaxes?: string[] }): Promise<ControlPdu>;
  /** C-STORE of `dataSet` on context 1; resolves with the response. */
  store(dataSet: Buffer, identifiers: { sopInstanceUid: string; sopClassUid?: string }): Promise<Command>;
  release(): Promise<void>;
}

export const CONTEXT_ID = 1;

export async function connectRaw(port: number): Promise<RawScu> {
  const socket = connect({ host: '127.0.0.1', port });
  const control: ControlPdu[] = [];
  const responses: Command[] = [];
  let closed = false;
  const reader = new PduReader({ onControl: (pdu) => control.push(pdu), onSlice: (slice) => responses.push(decodeCommand(slice.bytes)) }, 1_000_000);
  socket.on('data', (chunk) => reader.push(chunk));
  socket.on('error', () => undefined);
  socket.on('close', () => {
    closed = true;
  });
  await until('a connection', () => socket.readyState === 'open');
  const send = (...bytes: Buffer[]): void => void socket.write(Buffer.concat(bytes));
  return {
    socket,
    control,
    responses,
    send,
    closed: () => closed,
    async associate({ calledAeTitle = 'READROOM', abstractSyntax = CT_IMAGE_STORAGE, transferSyntaxes = ['1.2.840.10008.1.2.1'] } = {}) {
      const user = { maxPduLength: 16_384, implementationClassUid: '1.2.3', implementationVersion: 'RAW' };
      send(encodeAssociateRequest({ calledAeTitle, callingAeTitle: 'RAW', contexts: [{ id: CONTEXT_ID, abstractSyntax, transferSyntaxes }], user }));
      return await until('an answer to the association request', () => control[0]);
    },
    async store(dataSet, { sopInstanceUid, sopClassUid = CT_IMAGE_STORAGE }) {
      const before = responses.length;
      send(storeCommand(sopInstanceUid, sopClassUid), dataFragments(dataSet));
      return await until('a C-STORE response', () => responses[before]);
    },
    async release() {
      send(encodeReleaseRequest());
      await until('a release response', () => control.some((pdu) => pdu.type === 'release-response'));
      socket.end();
      await until('the connection’s end', () => closed);
    },
  };
}

/** A C-STORE-RQ in one P-DATA-TF PDU. */
export function storeCommand(sopInstanceUid: string, sopClassUid = CT_IMAGE_STORAGE): Buffer {
  const bytes = encodeCommand({ field: COMMAND.cStoreRequest, messageId: 1, hasDataSet: true, affectedSopClassUid: sopClassUid, affectedSopInstanceUid: sopInstanceUid });
  return Buffer.concat([encodeDataHead(CONTEXT_ID, bytes.length, { command: true, last: true }), bytes]);
}

/** A data set in P-DATA-TF PDUs; unfinished when `isEnded` is false. */
export function dataFragments(dataSet: Buffer, isEnded = true, size = 16_000): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < dataSet.length; at += size) {
    const piece = dataSet.subarray(at, at + size);
    parts.push(encodeDataHead(CONTEXT_ID, piece.length, { command: false, last: isEnded && at + size >= dataSet.length }), piece);
  }
  return Buffer.concat(parts);
}

export const ABORT = encodeAbort({ source: 0, reason: 0 });
