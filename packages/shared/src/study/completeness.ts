/** What one stored instance says about how many there are. */
export interface Counted {
  readonly seriesUid: string;
  /** Number of Series Related Instances (0020,1209), else Images in Acquisition (0020,1002). */
  readonly expectedInSeries: number | null;
  /** Number of Study Related Instances (0020,1208). */
  readonly expectedInStudy: number | null;
}

export type Completeness =
  /** Every count that was given is reached, and there is one for the study or for each of its series. */
  | 'all-there'
  /** A count that was given is not reached. */
  | 'some-missing'
  /** The objects do not say. */
  | 'unknown';

/** Compares what the objects announce with what is there. Senders are wrong both ways, so it hastens or delays a decision and never makes it. */
export function completenessOf(instances: readonly Counted[]): Completeness {
  const have = new Map<string, number>();
  const expected = new Map<string, number>();
  for (const { seriesUid, expectedInSeries } of instances) {
    have.set(seriesUid, (have.get(seriesUid) ?? 0) + 1);
    if (expectedInSeries !== null) expected.set(seriesUid, Math.max(expectedInSeries, expected.get(seriesUid) ?? 0));
  }
  const inStudy = instances.reduce<number | null>((most, { expectedInStudy }) => (expectedInStudy === null ? most : Math.max(expectedInStudy, most ?? 0)), null);
  const seriesMissing = [...expected].some(([seriesUid, count]) => (have.get(seriesUid) ?? 0) < count);
  if (seriesMissing || (inStudy !== null && instances.length < inStudy)) return 'some-missing';
  return inStudy !== null || (have.size > 0 && expected.size === have.size) ? 'all-there' : 'unknown';
}
