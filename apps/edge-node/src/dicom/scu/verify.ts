import { AppError } from '@readroom/shared/error';
import { VERIFICATION_SOP_CLASS } from '@readroom/shared/dicom/sop-class';
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from '@readroom/shared/dicom/transfer-syntax';
import { openAssociation } from './association.ts';
import type { ScuAssociation, ScuContext, ScuTarget } from './association.ts';

const CONTEXT_ID = 1;
const TIMEOUT_MS = 10_000;

/**
 * One C-ECHO (PS3.4 Annex A) in an association of its own, at most 10 s long.
 * @throws AppError `association-rejected`, `association-lost`, `peer-tls`, `echo-refused`, `echo-timed-out`, with a sentence for IT
 */
export async function verify(target: ScuTarget, context: ScuContext): Promise<{ readonly tookMs: number }> {
  const began = performance.now();
  let cancel: () => void = () => undefined;
  const late = new Promise<never>((_, reject) => {
    cancel = context.setTimer(() => reject(new AppError('echo-timed-out', { class: 'transient', message: `${target.calledAeTitle} at ${target.host} port ${target.port} did not answer within ${TIMEOUT_MS / 1000} s. Check the address, and the firewalls between here and there.` })), TIMEOUT_MS);
  });
  const opening = openAssociation(target, [{ id: CONTEXT_ID, abstractSyntax: VERIFICATION_SOP_CLASS, transferSyntaxes: [EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN] }], context);
  try {
    await Promise.race([opening.then((opened) => exchange(opened, target)), late]);
    return { tookMs: performance.now() - began };
  } catch (error) {
    // A peer that answers after the limit finds the association ended.
    void opening.then((opened) => opened.abort(), () => undefined);
    throw error;
  } finally {
    cancel();
  }
}

async function exchange(association: ScuAssociation, { calledAeTitle }: ScuTarget): Promise<void> {
  if (association.acceptedSyntax(CONTEXT_ID) === null) {
    throw new AppError('echo-refused', { class: 'permanent', message: `${calledAeTitle} takes associations from us but not the Verification SOP Class. Allow C-ECHO for our AE title there.` });
  }
  const status = await association.echo(CONTEXT_ID);
  await association.release();
  if (status !== 0) throw new AppError('echo-refused', { class: 'permanent', message: `${calledAeTitle} answered C-ECHO with status 0x${status.toString(16).padStart(4, '0')}. Look at its log.` });
}
