import { defineMachine } from '../machine.ts';
import type { StudySnapshot } from './study.ts';

/**
 * A study at the edge. There is no state "finished for ever": a late image always makes a new revision.
 *
 *   receiving --assembled--> assembled --analysis-started--> analysing --analysis-ended--> analysed
 *       ^                        |                               |                             |
 *       +---- instance-stored ---+-------------------------------+-----------------------------+
 */
export type StudyState = 'receiving' | 'assembled' | 'analysing' | 'analysed';
export type StudyEvent = 'instance-stored' | 'assembled' | 'analysis-asked' | 'analysis-started' | 'analysis-ended';

export const studyMachine = defineMachine<StudyState, StudyEvent>({
  receiving: { 'instance-stored': 'receiving', assembled: 'assembled' },
  assembled: { 'instance-stored': 'receiving', assembled: 'assembled', 'analysis-asked': 'assembled', 'analysis-started': 'analysing' },
  // The end of an analysis that was overtaken by an image, or asked for again, is told by the machine refusing it.
  analysing: { 'instance-stored': 'receiving', 'analysis-asked': 'assembled', 'analysis-ended': 'analysed' },
  analysed: { 'instance-stored': 'receiving', assembled: 'analysed', 'analysis-asked': 'assembled' },
});

/** What the snapshot says of it to the rest of the house. */
export function snapshotState(state: StudyState): StudySnapshot['state'] {
  return state === 'receiving' ? 'receiving' : 'complete';
}
