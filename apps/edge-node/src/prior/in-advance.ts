import { relevanceOf } from '@readroom/shared/study/prior';
import type { PriorStudy } from '@readroom/shared/study/prior';
import type { StudySnapshot } from '@readroom/shared/study/study';
import { comparedOf } from './search.ts';

const MOST = 2;
/** A study beyond it would keep the line busy for what nobody asked for. */
const MOST_IMAGES = 2_000;

/** Which priors of a STAT or emergency study are fetched before anybody asks: of the same region, read beside it, not huge. `priors` are ranked (PS2). */
export function worthFetching(study: StudySnapshot, priors: readonly PriorStudy[]): PriorStudy[] {
  const current = comparedOf(study);
  const isNear = (prior: PriorStudy): boolean => {
    const { region, modality } = relevanceOf(current, prior);
    return region === 2 && modality > 0;
  };
  return priors.filter((prior) => isNear(prior) && (prior.imageCount ?? 0) <= MOST_IMAGES).slice(0, MOST);
}
