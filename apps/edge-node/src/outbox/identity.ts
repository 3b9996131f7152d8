import { z } from 'zod';
import type { EdgeUpBody } from '@readroom/shared/wire/edge-up';

/** Two messages of one identity say the same thing at two moments: only the later one need be told. */
export function identityOf(body: EdgeUpBody): string {
  switch (body.type) {
    case 'study-received':
    case 'study-priors':
    case 'prior-received':
    case 'prior-fetched':
    case 'study-deleted':
      return JSON.stringify([body.type, body.study.studyUid]);
    case 'study-analysed': {
      const { model, evidence } = body.analysis;
      return JSON.stringify([body.type, body.study.studyUid, model.id, model.version, evidence]);
    }
    default:
      return body satisfies never;
  }
}

const identitySchema = z.tuple([z.string(), z.string()], z.unknown());

/** Whose key seals the message. @throws when the text is no identity */
export function studyUidOf(identity: string): string {
  return identitySchema.parse(JSON.parse(identity))[1];
}
