import type { EdgeUpBody } from '@readroom/shared/wire/edge-up';

/** Two messages of one identity say the same thing at two moments: only the later one need be told. */
export function identityOf(body: EdgeUpBody): string {
  switch (body.type) {
    case 'study-received':
    case 'study-priors':
      return JSON.stringify([body.type, body.study.studyUid]);
    case 'study-analysed': {
      const { model, evidence } = body.analysis;
      return JSON.stringify([body.type, body.study.studyUid, model.id, model.version, evidence]);
    }
    default:
      return body satisfies never;
  }
}
