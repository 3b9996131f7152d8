import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN, transferSyntax } from '@readroom/shared/dicom/transfer-syntax';
import { AppError } from '@readroom/shared/error';
import type { UpperLayerLimits } from '../association/upper-layer.ts';
import { openAssociation } from './association.ts';
import type { ScuAssociation, ScuContext, ScuTarget } from './association.ts';

/** Study Root Query/Retrieve Information Model (PS3.4 C.3.2): what a PACS can be asked. */
export const STUDY_ROOT = { find: '1.2.840.10008.5.1.4.1.2.2.1', move: '1.2.840.10008.5.1.4.1.2.2.2' } as const;
export type QueryRetrieve = keyof typeof STUDY_ROOT;

export const CONTEXT_ID = 1;

export interface QueryAssociation extends ScuAssociation {
  readonly encoding: 'implicit-le' | 'explicit-le';
}

/** An association for one service of the model. @throws AppError `association-rejected`, `association-lost`, `pacs-refused`, with a sentence for IT */
export async function openQueryRetrieve(service: QueryRetrieve, target: ScuTarget, context: ScuContext, limits: Partial<UpperLayerLimits>): Promise<QueryAssociation> {
  const proposed = { id: CONTEXT_ID, abstractSyntax: STUDY_ROOT[service], transferSyntaxes: [EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN] };
  const association = await openAssociation(target, [proposed], context, limits);
  const encoding = transferSyntax(association.acceptedSyntax(CONTEXT_ID) ?? '')?.encoding;
  if (encoding === 'implicit-le' || encoding === 'explicit-le') return Object.assign(association, { encoding });
  await association.release();
  throw new AppError('pacs-refused', { class: 'permanent', message: `${target.calledAeTitle} takes associations from us but no C-${service.toUpperCase()} of the Study Root. Allow it for ${target.callingAeTitle} there.` });
}

/** What a status of C-FIND and C-MOVE says (PS3.4 tables C.4-1 and C.4-2), for a person. */
export function statusWords(status: number | null): string {
  if (status === 0xa700) return 'it is out of resources';
  if (status === 0xa900) return 'it does not take the identifier';
  if (status === 0xfe00) return 'it was cancelled';
  return `status ${statusCode(status)}`;
}

export function statusCode(status: number | null): string {
  return `0x${(status ?? 0xc000).toString(16).padStart(4, '0').toUpperCase()}`;
}
