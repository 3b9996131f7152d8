import { VERIFICATION_SOP_CLASS, isStorageSopClass } from '@readroom/shared/dicom/sop-class';
import { IMPLICIT_VR_LITTLE_ENDIAN, preferredTransferSyntax } from '@readroom/shared/dicom/transfer-syntax';
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
  readonly openAssociations: number;
  readonly maxAssociations: number;
  /** Why nothing can be stored now, or null. */
  readonly halted: string | null;
}

export interface Refusal extends Omit<AssociateReject, 'type'> {
  /** For IT: what to do about it. */
  readonly why: string;
}

const PERMANENT = 1;
const TRANSIENT = 2;
const SERVICE_USER = 1;
const PROVIDER_ACSE = 2;
const PROVIDER_PRESENTATION = 3;

/** The association as a whole, PS3.8 table 9-21. `null` when it may be accepted. */
export function refusalOf(request: AssociateRequest, admission: Admission): Refusal | null {
  if ((request.protocolVersion & 1) === 0) {
    return { result: PERMANENT, source: PROVIDER_ACSE, reason: 2, why: 'the sender speaks no version of the protocol that we do' };
  }
  if (request.applicationContext !== DICOM_APPLICATION_CONTEXT) {
    return { result: PERMANENT, source: SERVICE_USER, reason: 2, why: 'the application context is not that of DICOM' };
  }
  if (request.callingAeTitle === '') {
    return { result: PERMANENT, source: SERVICE_USER, reason: 3, why: 'the sender gave no AE title of its own: set one there' };
  }
  if (request.calledAeTitle !== admission.aeTitle) {
    return { result: PERMANENT, source: SERVICE_USER, reason: 7, why: `the sender calls another AE title: set it to ${admission.aeTitle} there` };
  }
  if (admission.openAssociations > admission.maxAssociations) {
    return { result: TRANSIENT, source: PROVIDER_PRESENTATION, reason: 2, why: `more than ${admission.maxAssociations} associations at once` };
  }
  if (admission.halted !== null) return { result: TRANSIENT, source: PROVIDER_PRESENTATION, reason: 1, why: admission.halted };
  return null;
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
