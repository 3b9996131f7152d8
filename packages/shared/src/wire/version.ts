/** Raised by every change of a message's shape; `wire/version.test.ts` holds the hash of the schemas that go with it. */
export const PROTOCOL_VERSION = 9;
/** The oldest edge a gateway still understands. */
export const OLDEST_PROTOCOL_VERSION = 1;
/** Nodes from this version on know the canary (law AL6). */
export const CANARY_SINCE_VERSION = 6;
/** Nodes from this version on can be asked to fetch a prior (law PS3). */
export const FETCH_PRIOR_SINCE_VERSION = 7;
