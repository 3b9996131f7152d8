import type { Measurement } from '../finding/finding.ts';

/** `Volume 3.12 ml ± 0.17`: as many decimals as a size is given with. */
export function measurementText({ label, value, unit, uncertainty }: Measurement): string {
  const decimals = unit === 'ml' ? 2 : 0;
  return `${label} ${value.toFixed(decimals)} ${unit}${uncertainty === null ? '' : ` ± ${Math.max(uncertainty, 10 ** -decimals).toFixed(decimals)}`}`;
}
