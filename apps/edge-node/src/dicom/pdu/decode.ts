import { ABORT_REASON, PDU_TYPE, PduError } from './pdu.ts';
import type { AssociateAccept, AssociateRequest, ControlPdu, NegotiatedContext, ProposedContext, UserInformation } from './pdu.ts';

interface Item {
  readonly type: number;
  readonly value: Buffer;
}

function malformed(what: string): PduError {
  return new PduError(ABORT_REASON.invalidParameter, what);
}

function readItems(bytes: Buffer, what: string): Item[] {
  const items: Item[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) throw malformed(`${what} ends inside an item header`);
    const length = bytes.readUInt16BE(at + 2);
    if (at + 4 + length > bytes.length) throw malformed(`an item of ${what} is longer than ${what} itself`);
    items.push({ type: bytes[at] ?? 0, value: bytes.subarray(at + 4, at + 4 + length) });
    at += 4 + length;
  }
  return items;
}

/** UIDs and titles: ISO 646, trailing NULs and spaces are padding (PS3.8 Annex F, PS3.5 9.1). */
function text(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[\0 ]+$/, '').trimStart();
}

function readUser(value: Buffer | undefined): UserInformation {
  const items = value ? readItems(value, 'user information') : [];
  const find = (type: number): Buffer | undefined => items.find((item) => item.type === type)?.value;
  const max = find(0x51);
  if (max && max.length !== 4) throw malformed('the maximum length sub-item is not 4 bytes');
  return {
    maxPduLength: max?.readUInt32BE(0) ?? 0,
    implementationClassUid: text(find(0x52) ?? Buffer.alloc(0)),
    implementationVersion: text(find(0x55) ?? Buffer.alloc(0)),
  };
}

function readProposed(value: Buffer): ProposedContext {
  if (value.length < 4) throw malformed('a presentation context item is too short');
  const id = value[0] ?? 0;
  if (id % 2 === 0) throw malformed('a presentation context id is not odd');
  const items = readItems(value.subarray(4), 'a presentation context');
  const abstract = items.find((item) => item.type === 0x30);
  if (!abstract) throw malformed('a presentation context has no abstract syntax');
  return {
    id,
    abstractSyntax: text(abstract.value),
    transferSyntaxes: items.filter((item) => item.type === 0x40).map((item) => text(item.value)),
  };
}

function readNegotiated(value: Buffer): NegotiatedContext {
  if (value.length < 4) throw malformed('a presentation context item is too short');
  const syntax = readItems(value.subarray(4), 'a presentation context').find((item) => item.type === 0x40);
  return { id: value[0] ?? 0, result: value[2] ?? 0, transferSyntax: syntax ? text(syntax.value) : '' };
}

function associateParts(value: Buffer): { titles: { calledAeTitle: string; callingAeTitle: string }; items: Item[] } {
  if (value.length < 68) throw malformed('an A-ASSOCIATE PDU is shorter than its fixed part');
  return {
    titles: { calledAeTitle: text(value.subarray(4, 20)), callingAeTitle: text(value.subarray(20, 36)) },
    items: readItems(value.subarray(68), 'an A-ASSOCIATE PDU'),
  };
}

function decodeRequest(value: Buffer): AssociateRequest {
  const { titles, items } = associateParts(value);
  const contexts = items.filter((item) => item.type === 0x20).map((item) => readProposed(item.value));
  if (new Set(contexts.map((context) => context.id)).size !== contexts.length) throw malformed('two presentation contexts have the same id');
  return {
    type: 'associate-request',
    protocolVersion: value.readUInt16BE(0),
    ...titles,
    applicationContext: text(items.find((item) => item.type === 0x10)?.value ?? Buffer.alloc(0)),
    contexts,
    user: readUser(items.find((item) => item.type === 0x50)?.value),
  };
}

function decodeAccept(value: Buffer): AssociateAccept {
  const { titles, items } = associateParts(value);
  return {
    type: 'associate-accept',
    ...titles,
    contexts: items.filter((item) => item.type === 0x21).map((item) => readNegotiated(item.value)),
    user: readUser(items.find((item) => item.type === 0x50)?.value),
  };
}

function fixed(value: Buffer, what: string): Buffer {
  if (value.length !== 4) throw malformed(`${what} is not 4 bytes long`);
  return value;
}

/** Any PDU but P-DATA-TF, whose fragments are streamed by `reader.ts`. @throws PduError */
export function decodeControlPdu(type: number, value: Buffer): ControlPdu {
  switch (type) {
    case PDU_TYPE.associateRequest:
      return decodeRequest(value);
    case PDU_TYPE.associateAccept:
      return decodeAccept(value);
    case PDU_TYPE.associateReject: {
      const [, result = 0, source = 0, reason = 0] = fixed(value, 'A-ASSOCIATE-RJ');
      return { type: 'associate-reject', result, source, reason };
    }
    case PDU_TYPE.releaseRequest:
      fixed(value, 'A-RELEASE-RQ');
      return { type: 'release-request' };
    case PDU_TYPE.releaseResponse:
      fixed(value, 'A-RELEASE-RP');
      return { type: 'release-response' };
    case PDU_TYPE.abort: {
      const [, , source = 0, reason = 0] = fixed(value, 'A-ABORT');
      return { type: 'abort', source, reason };
    }
    default:
      throw new PduError(ABORT_REASON.unrecognizedPdu, 'a PDU type PS3.8 does not know');
  }
}
