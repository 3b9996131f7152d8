import { TRPCClientError } from '@trpc/client';
import { z } from 'zod';
import { RestProblem } from './rest.ts';

export type ProblemKind = 'unauthenticated' | 'forbidden' | 'not-found' | 'conflict' | 'offline' | 'failed';

/** A failure as a screen tells it. */
export interface Problem {
  readonly kind: ProblemKind;
  /** What the server said, where it said something a person can use. */
  readonly text: string;
}

const KIND_OF_STATUS: { readonly [status: number]: ProblemKind } = { 401: 'unauthenticated', 403: 'forbidden', 404: 'not-found', 409: 'conflict', 410: 'conflict', 412: 'conflict' };

const TEXT: { readonly [K in ProblemKind]: string } = {
  unauthenticated: 'Your session ended. Sign in again to go on.',
  forbidden: 'Your role does not include this. An administrator can change it.',
  'not-found': 'It is not there, or not in your hospital.',
  conflict: 'It changed in the meantime. Look again and repeat if it is still right.',
  offline: 'Readroom can’t be reached. What you see is kept; it refreshes when the connection returns.',
  failed: 'Readroom could not do this. Nothing was changed. Try again; if it stays, tell your administrator.',
};

const answerSchema = z.object({ httpStatus: z.number(), appCode: z.string().optional() });
/** Codes of ours (`edge-offline`) come with a text written for people; those of tRPC (`BAD_REQUEST`) do not. */
const OUR_CODE = /^[a-z][a-z0-9-]*$/;

export function problemOf(error: unknown): Problem {
  if (error instanceof RestProblem) {
    const kind = KIND_OF_STATUS[error.status] ?? 'failed';
    return { kind, text: error.code === null || kind === 'unauthenticated' ? TEXT[kind] : error.message };
  }
  if (error instanceof TRPCClientError) {
    const answer = answerSchema.safeParse(error.data);
    // Without an answer the request never came through.
    if (!answer.success) return { kind: 'offline', text: TEXT.offline };
    const kind = KIND_OF_STATUS[answer.data.httpStatus] ?? 'failed';
    const forPeople = answer.data.appCode !== undefined && OUR_CODE.test(answer.data.appCode) && kind !== 'unauthenticated';
    return { kind, text: forPeople ? error.message : TEXT[kind] };
  }
  if (error instanceof TypeError) return { kind: 'offline', text: TEXT.offline };
  return { kind: 'failed', text: TEXT.failed };
}
