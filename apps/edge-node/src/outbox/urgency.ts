import type { EdgeUpBody } from '@readroom/shared/wire/edge-up';

/** How soon a message is told: -1 before 0 before 1 before 2, and within one of them in the order said. */
export type Urgency = -1 | 0 | 1 | 2;

/**
 * After hours without a gateway a hundred studies wait to be told of. What a patient cannot wait for goes first: an
 * active model's critical finding or alert, then whatever concerns a study that was requested as STAT or emergency.
 */
export function urgencyOf(body: EdgeUpBody): Urgency {
  const isActive = body.type === 'study-analysed' && body.analysis.role === 'active';
  if (isActive && body.analysis.findings.some(({ severity, alert }) => alert || severity === 'critical')) return 0;
  // AL7: before the result it answers, so that nobody is called for what somebody has taken.
  if (body.type === 'alert-acknowledged') return -1;
  if (body.type === 'lan-audit' || body.type === 'prior-fetched' || body.type === 'study-deleted') return 2;
  return body.study.studyClass === 'stat' || body.study.studyClass === 'emergency' ? 1 : 2;
}
