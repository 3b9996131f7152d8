import type { Measure } from '@readroom/shared/alert/compliance';

/** `97.5 %`, whole where it is whole, and never rounded up to a hundred that it is not; a dash where nothing was counted. */
export function percentText({ percent }: Pick<Measure, 'percent'>): string {
  if (percent === null) return '–';
  const shown = percent < 100 ? Math.min(99.9, Math.round(percent * 10) / 10) : 100;
  return `${shown} %`;
}
