import { DICOM_APPLICATION_CONTEXT, PDU_TYPE } from './pdu.ts';
import type { Abort, AssociateAccept, AssociateReject, AssociateRequest, UserInformation } from './pdu.ts';

/** Items of PS3.8 9.3.2 and PS3.7 D.3.3: type, reserved, 16-bit length, value. */
function item(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head[0] = type;
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value]);
}

function textItem(type: number, value: string): Buffer {
  return item(type, Buffer.from(value, 'latin1'));
}

function pdu(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(6);
  head[0] = type;
  head.writeUInt32BE(value.length, 2);
  return Buffer.concat([head, value]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function userItem(user: UserInformation): Buffer {
  return item(
    0x50,
    Buffer.concat([item(0x51, uint32(user.maxPduLength)), textItem(0x52, user.implementationClassUid), textItem(0x55, user.implementationVersion.slice(0, 16))]),
  );
}

/** Protocol version 1, both AE titles padded with spaces, 32 reserved bytes (PS3.8 table 9-11). */
function associateHead(calledAeTitle: string, callingAeTitle: string): Buffer {
  const head = Buffer.alloc(68);
  head.writeUInt16BE(1, 0);
  head.write(calledAeTitle.slice(0, 16).padEnd(16), 4, 'latin1');
  head.write(callingAeTitle.slice(0, 16).padEnd(16), 20, 'latin1');
  return head;
}

export function encodeAssociateRequest(request: Omit<AssociateRequest, 'type' | 'protocolVersion' | 'applicationContext'>): Buffer {
  const contexts = request.contexts.map((context) =>
    item(
      0x20,
      Buffer.concat([Buffer.from([context.id, 0, 0, 0]), textItem(0x30, context.abstractSyntax), ...context.transferSyntaxes.map((uid) => textItem(0x40, uid))]),
    ),
  );
  const head = associateHead(request.calledAeTitle, request.callingAeTitle);
  return pdu(PDU_TYPE.associateRequest, Buffer.concat([head, textItem(0x10, DICOM_APPLICATION_CONTEXT), ...contexts, userItem(request.user)]));
}

export function encodeAssociateAccept(accept: Omit<AssociateAccept, 'type'>): Buffer {
  const contexts = accept.contexts.map((context) =>
    item(0x21, Buffer.concat([Buffer.from([context.id, 0, context.result, 0]), textItem(0x40, context.transferSyntax)])),
  );
  const head = associateHead(accept.calledAeTitle, accept.callingAeTitle);
  return pdu(PDU_TYPE.associateAccept, Buffer.concat([head, textItem(0x10, DICOM_APPLICATION_CONTEXT), ...contexts, userItem(accept.user)]));
}

export function encodeAssociateReject(reject: Omit<AssociateReject, 'type'>): Buffer {
  return pdu(PDU_TYPE.associateReject, Buffer.from([0, reject.result, reject.source, reject.reason]));
}

export function encodeReleaseRequest(): Buffer {
  return pdu(PDU_TYPE.releaseRequest, Buffer.alloc(4));
}

export function encodeReleaseResponse(): Buffer {
  return pdu(PDU_TYPE.releaseResponse, Buffer.alloc(4));
}

export function encodeAbort(abort: Omit<Abort, 'type'>): Buffer {
  return pdu(PDU_TYPE.abort, Buffer.from([0, 0, abort.source, abort.reason]));
}

/** The 12 bytes before a fragment in a P-DATA-TF PDU that carries one PDV (PS3.8 9.3.5 and E.2). */
export function encodeDataHead(contextId: number, length: number, kind: { readonly command: boolean; readonly last: boolean }): Buffer {
  const head = Buffer.allocUnsafe(12);
  head.writeUInt16BE(PDU_TYPE.data << 8, 0);
  head.writeUInt32BE(length + 6, 2);
  head.writeUInt32BE(length + 2, 6);
  head[10] = contextId;
  head[11] = (kind.command ? 1 : 0) | (kind.last ? 2 : 0);
  return head;
}
