import type { QualityFlaw, QualityRoute } from '../finding/analysis.ts';

/** From which calibrated probability a flaw is said (`warn`) and acted on (`flag`). */
export interface QualityLimits {
  readonly warn: number;
  readonly flag: number;
}

/** Where a quality model states no limits of its own. */
export const DEFAULT_QUALITY_LIMITS: QualityLimits = { warn: 0.5, flag: 0.8 };

/** QU2: what a model would answer the opposite of, or nothing. */
const WITHHOLDS: ReadonlySet<string> = new Set(['inversion', 'blank']);
const MILDEST_FIRST: readonly QualityRoute[] = ['analyse', 'warn', 'repeat', 'refuse'];

/** What becomes of a series with these flaws (QU1). `limitsOf` answers a flaw's limits. */
export function qualityRoute(flaws: readonly QualityFlaw[], limitsOf: (code: string) => QualityLimits = () => DEFAULT_QUALITY_LIMITS): QualityRoute {
  return flaws.map((flaw) => routeOf(flaw, limitsOf(flaw.code))).reduce(worse, 'analyse');
}

/** A flaw nobody knows yet is treated as one that can be mended by a repeat. NaN is below every limit. */
function routeOf({ code, confidence }: QualityFlaw, { warn, flag }: QualityLimits): QualityRoute {
  if (confidence >= Math.max(warn, flag)) return WITHHOLDS.has(code) ? 'refuse' : 'repeat';
  return confidence >= warn ? 'warn' : 'analyse';
}

/** The worse of two routes. */
export function worse(a: QualityRoute, b: QualityRoute): QualityRoute {
  return MILDEST_FIRST.indexOf(a) >= MILDEST_FIRST.indexOf(b) ? a : b;
}

/** Whether somebody at the modality has to know. */
export function isFlagged(route: QualityRoute | null): route is 'repeat' | 'refuse' {
  return route === 'repeat' || route === 'refuse';
}
