/** Milliseconds since the Unix epoch. Passed in, so that rules and loops are tested without waiting. */
export type Clock = () => number;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
