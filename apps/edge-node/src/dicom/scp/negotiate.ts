import { VERIFICATION_SOP_CLASS, isStorageSopClass } from '@readroom/shared/dicom/sop-class';
import { IMPLICIT_VR_LITTLE_ENDIAN, preferredTransferSyntax } from '@readroom/shared/dicom/transfer-syntax';
import type { AllowList } from '../admission/allow-list.ts';
import { CONTEXT_RESULT, DICOM_APPLICATION_CONTEXT } from '../pdu/pdu.ts';
import type { AssociateReject, AssociateRequest, NegotiatedContext, ProposedContext } from '../pdu/pdu.ts';

export interface AcceptedContext {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntax: string;
}

/** What stands between a request and an association, beside the request itself. */
export interface Admission {
  readonly aeTitle: string;
  /** As the socket names the peer. */
  readonly remoteAddress: string;
  readonly allowed: AllowList;
  readonly openAssociations: number;
  readonly maxAssociations: number;
  /** Why nothing can be stored now, or null. */
  readonly halted: string | null;
}

export type RefusalCode = 'address' | 'protocol-version' | 'application-context' | 'calling-ae-title' | 'called-ae-title' | 'too-many' | 'halted';

export interface Refusal extends Omit<AssociateReject, 'type'> {
  readonly code: RefusalCode;
  readonly why: string;
  /** For IT: what to do about it. */
  readonly remedy: string;
}

const PERMANENT = 1;
const TRANSIENT = 2;
const SERVICE_USER = 1;
const PROVIDER_ACSE = 2;
const PROVIDER_PRESENTATION = 3;
const NO_REASON = 1;

/** The association as a whole, PS3.8 table 9-21. `null` when it may be accepted. */
export function refusalOf(request: AssociateRequest, admission: Admission): Refusal | null {
  const { aeTitle, remoteAddress, allowed } = admission;
  // Before anything the peer says: a stranger learns no more than that it is refused.
  if (!allowed.allowsAddress(remoteAddress)) {
    return permanent('address', SERVICE_USER, NO_REASON, `no association is taken from the address ${remoteAddress}`, 'If it is one of yours, add it to READROOM_ALLOWED_ADDRESSES.');
  }
  if ((request.protocolVersion & 1) === 0) {
    return permanent('protocol-version', PROVIDER_ACSE, 2, 'the sender speaks no version of the protocol that we do', 'Its software is not DICOM, or broken.');
  }
  if (request.applicationContext !== DICOM_APPLICATION_CONTEXT) {
    return permanent('application-context', SERVICE_USER, 2, 'the application context is not that of DICOM', 'The sender is set to another protocol.');
  }
  return callerRefusal(request, admission) ?? calledRefusal(request, aeTitle) ?? capacityRefusal(admission);
}

function callerRefusal({ callingAeTitle }: AssociateRequest, { allowed, remoteAddress }: Admission): Refusal | null {
  const refuse = (why: string, remedy: string): Refusal => permanent('calling-ae-title', SERVICE_USER, 3, why, remedy);
  if (callingAeTitle === '') return refuse('the sender gave no AE title of its own', 'Set one there.');
  switch (allowed.caller(callingAeTitle, remoteAddress)) {
    case 'allowed':
      return null;
    case 'unknown':
      return refuse(`the calling AE title ${callingAeTitle} is not allowed`, 'If it is one of yours, add it to READROOM_ALLOWED_CALLING, or correct it at the sender.');
    case 'elsewhere':
      return refuse(`${callingAeTitle} may not call from ${remoteAddress}`, 'If the machine moved, correct its network in READROOM_ALLOWED_CALLING. Otherwise find out which machine uses this AE title.');
  }
}

function calledRefusal(request: AssociateRequest, aeTitle: string): Refusal | null {
  if (request.calledAeTitle === aeTitle) return null;
  return permanent('called-ae-title', SERVICE_USER, 7, 'the sender calls another AE title', `Set it to ${aeTitle} there.`);
}

function capacityRefusal({ openAssociations, maxAssociations, halted }: Admission): Refusal | null {
  if (openAssociations > maxAssociations) return transient('too-many', 2, `more than ${maxAssociations} associations at once`, 'The sender tries again. If it happens often, raise READROOM_MAX_ASSOCIATIONS.');
  return halted === null ? null : transient('halted', 1, halted, 'The sender keeps its images and tries again. Look at what the node says of its disk.');
}

function permanent(code: RefusalCode, source: number, reason: number, why: string, remedy: string): Refusal {
  return { result: PERMANENT, source, reason, code, why, remedy };
}

function transient(code: RefusalCode, reason: number, why: string, remedy: string): Refusal {
  return { result: TRANSIENT, source: PROVIDER_PRESENTATION, reason, code, why, remedy };
}

function negotiateContext(context: ProposedContext): NegotiatedContext {
  const isVerification = context.abstractSyntax === VERIFICATION_SOP_CLASS;
  if (!isVerification && !isStorageSopClass(context.abstractSyntax)) {
    return { id: context.id, result: CONTEXT_RESULT.abstractSyntaxNotSupported, transferSyntax: IMPLICIT_VR_LITTLE_ENDIAN };
  }
  const syntax = preferredTransferSyntax(context.transferSyntaxes);
  if (!syntax) return { id: context.id, result: CONTEXT_RESULT.transferSyntaxesNotSupported, transferSyntax: IMPLICIT_VR_LITTLE_ENDIAN };
  return { id: context.id, result: CONTEXT_RESULT.acceptance, transferSyntax: syntax.uid };
}

/** Each presentation context by itself (PS3.8 9.3.3.2), in the order proposed. */
export function negotiateContexts(request: AssociateRequest): { answer: NegotiatedContext[]; accepted: Map<number, AcceptedContext> } {
  const answer = request.contexts.map(negotiateContext);
  const accepted = new Map<number, AcceptedContext>();
  request.contexts.forEach((proposed, at) => {
    const result = answer[at];
    if (result?.result !== CONTEXT_RESULT.acceptance) return;
    accepted.set(proposed.id, { id: proposed.id, abstractSyntax: proposed.abstractSyntax, transferSyntax: result.transferSyntax });
  });
  return { answer, accepted };
}
