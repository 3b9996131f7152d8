import { z } from 'zod';
import type { EdgeUpBody } from '@readroom/shared/wire/edge-up';

/** Under whose key a message is sealed that is about no study: a UUID made for it, as PS3.5 annex B.2 writes one. */
const LAN_AUDIT_UID = '2.25.227653946183742057914006532187450112873';

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
    case 'alert-acknowledged':
      return JSON.stringify([body.type, body.study.studyUid, body.findingCode, body.side]);
    case 'lan-audit':
      return JSON.stringify([body.type, LAN_AUDIT_UID, body.id]);
    default:
      return body satisfies never;
  }
}

const identitySchema = z.tuple([z.string(), z.string()], z.unknown());

/** Whose key seals the message. @throws when the text is no identity */
export function studyUidOf(identity: string): string {
  return identitySchema.parse(JSON.parse(identity))[1];
}
