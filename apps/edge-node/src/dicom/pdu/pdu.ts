/** Protocol Data Units of the DICOM upper layer (PS3.8 section 9.3), as values. All integers on the wire are big endian. */

export const PDU_TYPE = {
  associateRequest: 0x01,
  associateAccept: 0x02,
  associateReject: 0x03,
  data: 0x04,
  releaseRequest: 0x05,
  releaseResponse: 0x06,
  abort: 0x07,
} as const;

export interface ProposedContext {
  /** Odd, 1-255. */
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
}

/** PS3.8 table 9-18. */
export const CONTEXT_RESULT = { acceptance: 0, userRejection: 1, noReason: 2, abstractSyntaxNotSupported: 3, transferSyntaxesNotSupported: 4 } as const;

export interface NegotiatedContext {
  readonly id: number;
  readonly result: number;
  /** Not significant unless accepted. */
  readonly transferSyntax: string;
}

/** User Information sub-items we read or write (PS3.7 Annex D.3.3); others are skipped, as PS3.8 9.3.1 asks. */
export interface UserInformation {
  /** Longest P-DATA-TF value the sender of this item takes; 0 means no limit. */
  readonly maxPduLength: number;
  readonly implementationClassUid: string;
  readonly implementationVersion: string;
}

export interface AssociateRequest {
  readonly type: 'associate-request';
  readonly protocolVersion: number;
  readonly calledAeTitle: string;
  readonly callingAeTitle: string;
  readonly applicationContext: string;
  readonly contexts: readonly ProposedContext[];
  readonly user: UserInformation;
}

export interface AssociateAccept {
  readonly type: 'associate-accept';
  readonly calledAeTitle: string;
  readonly callingAeTitle: string;
  readonly contexts: readonly NegotiatedContext[];
  readonly user: UserInformation;
}

/** PS3.8 table 9-21: 1 permanent, 2 transient; source 1 user, 2 provider (ACSE), 3 provider (presentation). */
export interface AssociateReject {
  readonly type: 'associate-reject';
  readonly result: number;
  readonly source: number;
  readonly reason: number;
}

/** PS3.8 table 9-26: source 0 service user, 2 service provider. */
export interface Abort {
  readonly type: 'abort';
  readonly source: number;
  readonly reason: number;
}

export type ControlPdu =
  | AssociateRequest
  | AssociateAccept
  | AssociateReject
  | Abort
  | { readonly type: 'release-request' }
  | { readonly type: 'release-response' };

/** A piece of a DIMSE message (PS3.8 Annex E.2). `bytes` is a view into what the socket read, good until the call returns. */
export interface PdvSlice {
  readonly contextId: number;
  readonly command: boolean;
  /** The message's last fragment ends with this slice. */
  readonly last: boolean;
  readonly bytes: Buffer;
}

/** PS3.8 table 9-26, reasons of the service provider. */
export const ABORT_REASON = { notSpecified: 0, unrecognizedPdu: 1, unexpectedPdu: 2, unexpectedParameter: 5, invalidParameter: 6 } as const;

/** Bytes on the wire that are not what PS3.8 says. The text names the rule, never a value. */
export class PduError extends Error {
  readonly abortReason: number;

  constructor(abortReason: number, message: string) {
    super(message);
    this.name = 'PduError';
    this.abortReason = abortReason;
  }
}

export const DICOM_APPLICATION_CONTEXT = '1.2.840.10008.3.1.1.1';
/** Ours, as PS3.7 D.3.3.2 asks; derived from a UUID (PS3.5 B.2). */
export const IMPLEMENTATION_CLASS_UID = '2.25.131523344334185408587536116662714999177';
export const IMPLEMENTATION_VERSION = 'READROOM_1';
