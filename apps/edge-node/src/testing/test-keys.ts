import { openStudyKeys } from '../vault/study-keys.ts';
import type { StudyKeys } from '../vault/study-keys.ts';

/** The keys of a node whose home is `home`. */
export function makeTestKeys(home: string): StudyKeys {
  return openStudyKeys({ home, clock: Date.now });
}
