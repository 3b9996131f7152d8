/** WebSocket close codes of our own (4000-4999, RFC 6455 section 7.4.2), shared by the edge link and the collaboration socket. */
export const CLOSE = {
  unauthenticated: 4401,
  forbidden: 4403,
  notFound: 4404,
  /** The document was signed: come back read-only. */
  sealed: 4410,
  tooLarge: 4413,
  protocol: 4400,
  /** More messages than a person can type: slow down and come back. */
  rateLimited: 4429,
  /** The document can't be loaded or stored now: keep the edits and come back. */
  unavailable: 4503,
} as const;
