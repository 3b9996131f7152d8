/**
 * A probability as people read it: whole percent, with its half width where there is one. A model is never certain, so the
 * ends are said as `> 99 %` and `< 1 %`.
 */
export function confidenceText(confidence: number, uncertainty: number | null = null): string {
  const percent = Math.round(confidence * 100);
  if (percent >= 100) return '> 99 %';
  if (percent <= 0) return '< 1 %';
  return uncertainty === null ? `${percent} %` : `${percent} ± ${Math.max(1, Math.round(uncertainty * 100))} %`;
}
