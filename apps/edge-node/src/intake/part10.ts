import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION } from '../dicom/pdu/pdu.ts';
import type { StoreRequest } from '../dicom/scp/receiver.ts';

function element(tag: number, vr: string, value: Buffer): Buffer {
  const long = vr === 'OB';
  const head = Buffer.alloc(long ? 12 : 8);
  head.writeUInt16LE(0x0002, 0);
  head.writeUInt16LE(tag, 2);
  head.write(vr, 4, 'latin1');
  if (long) head.writeUInt32LE(value.length, 8);
  else head.writeUInt16LE(value.length, 6);
  return Buffer.concat([head, value]);
}

function text(tag: number, vr: string, value: string, pad: string): Buffer {
  return element(tag, vr, Buffer.from(value.length % 2 === 0 ? value : value + pad, 'latin1'));
}

/** Preamble, prefix and File Meta Information (PS3.10 section 7.1) for a data set received with `request`. */
export function encodePart10Head(request: StoreRequest, callingAeTitle: string): Buffer {
  const meta = Buffer.concat([
    element(0x0001, 'OB', Buffer.from([0, 1])),
    text(0x0002, 'UI', request.sopClassUid, '\0'),
    text(0x0003, 'UI', request.sopInstanceUid, '\0'),
    text(0x0010, 'UI', request.transferSyntaxUid, '\0'),
    text(0x0012, 'UI', IMPLEMENTATION_CLASS_UID, '\0'),
    text(0x0013, 'SH', IMPLEMENTATION_VERSION, ' '),
    text(0x0016, 'AE', callingAeTitle, ' '),
  ]);
  const groupLength = Buffer.alloc(4);
  groupLength.writeUInt32LE(meta.length);
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM', 'latin1'), element(0x0000, 'UL', groupLength), meta]);
}
