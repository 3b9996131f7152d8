import type { StudyClass } from '@readroom/shared/dicom/study-class';

export interface AnalysisQueue {
  /** A study that waits already keeps its place, unless it became more urgent. */
  put(studyUid: string, studyClass: StudyClass | null): void;
  take(): string | null;
  remove(studyUid: string): boolean;
  size(): number;
}

const URGENCY = { stat: 0, emergency: 1, inpatient: 2, outpatient: 2 } as const satisfies Record<StudyClass, number>;

export function isUrgent(studyClass: StudyClass | null): boolean {
  return studyClass === 'stat' || studyClass === 'emergency';
}

/** Studies to analyse: STAT, then emergency, then the rest, each in order of arrival. Holds UIDs only, one a study held. */
export function createAnalysisQueue(): AnalysisQueue {
  const waiting = new Map<string, number>();
  return {
    put(studyUid, studyClass) {
      const urgency = studyClass === null ? URGENCY.outpatient : URGENCY[studyClass];
      waiting.set(studyUid, Math.min(urgency, waiting.get(studyUid) ?? urgency));
    },
    take() {
      const first = [...waiting].reduce<[string, number] | null>((best, next) => (best && best[1] <= next[1] ? best : next), null);
      if (!first) return null;
      waiting.delete(first[0]);
      return first[0];
    },
    remove: (studyUid) => waiting.delete(studyUid),
    size: () => waiting.size,
  };
}
