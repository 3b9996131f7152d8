import { MINUTE_MS, SECOND_MS } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import { COMMAND } from '../dimse/command.ts';
import type { SubOperations } from '../dimse/command.ts';
import type { ScuContext, ScuTarget } from './association.ts';
import { encodeIdentifier } from './identifier.ts';
import { brokenOff, moveFailure } from './move-failure.ts';
import { CONTEXT_ID, STUDY_ROOT, openQueryRetrieve } from './query-retrieve.ts';
import type { QueryAssociation } from './query-retrieve.ts';

/** A PACS need not send a word until the last image is out (PS3.4 C.4.2.1.3): who waits for silence watches the images too. */
const TOTAL_MS = 30 * MINUTE_MS;
const MOVE_LIMITS = { idleMs: TOTAL_MS, totalMs: TOTAL_MS, artimMs: 10 * SECOND_MS } as const;

const QUERY_RETRIEVE_LEVEL = 0x00080052;
const STUDY_INSTANCE_UID = 0x0020000d;

export interface MoveWatch {
  /** Ends the association, or the attempt at one, at once: the promise is rejected with the signal's reason. */
  readonly signal: AbortSignal;
  /** The PACS said that it is at work. */
  readonly onPending: () => void;
}

/**
 * C-MOVE of a study to ourselves (PS3.4 C.4.2), at most 30 min long: its images come by C-STORE to our own SCP, the one way in.
 * Resolves with the counts when all were sent. @throws AppError as `moveFailure` and `openQueryRetrieve`, or the signal's reason
 */
export async function moveStudy(target: ScuTarget, studyUid: string, context: ScuContext, { signal, onPending }: MoveWatch): Promise<SubOperations> {
  const opening = openQueryRetrieve('move', target, context, MOVE_LIMITS);
  // Also one that opens after we gave up.
  const abort = (): void => void opening.then((opened) => opened.abort(), () => undefined);
  const given = Promise.withResolvers<never>();
  const giveUp = (): void => given.reject(signal.reason);
  signal.addEventListener('abort', giveUp);
  if (signal.aborted) giveUp();
  try {
    return await Promise.race([opening.then((opened) => exchange(opened, target, studyUid, onPending)), given.promise]);
  } catch (error) {
    abort();
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

async function exchange(association: QueryAssociation, target: ScuTarget, studyUid: string, onPending: () => void): Promise<SubOperations> {
  const identifier = encodeIdentifier([[QUERY_RETRIEVE_LEVEL, 'CS', 'STUDY'], [STUDY_INSTANCE_UID, 'UI', studyUid]], association.encoding);
  const command = { field: COMMAND.cMoveRequest, affectedSopClassUid: STUDY_ROOT.move, moveDestination: target.callingAeTitle };
  const { status, subOperations } = await association.ask({ contextId: CONTEXT_ID, command, identifier }, onPending).catch((error: unknown) => {
    throw error instanceof AppError && error.code === 'association-lost' ? brokenOff(error, target.callingAeTitle) : error;
  });
  await association.release();
  const failure = moveFailure(status, subOperations, target.callingAeTitle);
  if (failure) throw failure;
  return subOperations;
}
