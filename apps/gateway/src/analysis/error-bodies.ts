import type { z } from 'zod';
import { errorBodySchema } from '../http/openapi.ts';

const WHY = {
  400: 'The request can not be read; the message says which part',
  401: 'Not signed in',
  403: 'The role does not allow this',
  404: 'No such thing in this hospital',
  409: 'It can not be done in this state; the code says why (`not-at-edge`, `conflict`)',
  422: 'It can not be done at all (`no-model`)',
  503: 'Somebody needed is away (`edge-offline`, `database-unavailable`): try again',
  504: 'The edge node did not answer in time (`edge-timeout`): try again',
} as const;

/** Error answers of a route for the OpenAPI document: always `{ error: { code, message } }`. */
export function errorBodies(...statuses: (keyof typeof WHY)[]): Record<number, z.ZodType> {
  return Object.fromEntries(statuses.map((status) => [status, errorBodySchema.describe(WHY[status])]));
}
