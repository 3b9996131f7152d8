import { landing } from '@readroom/shared/priority/override';
import type { Role } from '@readroom/shared/access/role';
import { mayLand } from '@readroom/shared/worklist/may-land';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import type { Entry } from '../table/rows.ts';

/** Between which rows a study would land. `below` is used at the end of a section only: everywhere else it is above the next. */
export interface Gap {
  readonly side: 'above' | 'below';
  readonly target: string;
}

/** The rows under each heading, from top to bottom; signed studies have no place in the order. */
export type Sections = readonly (readonly string[])[];

export function sectionsOf(lane: readonly string[], entries: readonly Entry[]): Sections {
  const sections: string[][] = [[...lane]];
  let signed = false;
  for (const entry of entries) {
    if (entry.kind === 'tier') {
      signed = entry.tier === 3;
      sections.push([]);
    } else if (!signed) sections.at(-1)?.push(entry.studyUid);
  }
  return sections.filter((rows) => rows.length > 0);
}

export function gapsOf(sections: Sections): Gap[] {
  return sections.flatMap((rows) => [...rows.map((target): Gap => ({ side: 'above', target })), ...rows.slice(-1).map((target): Gap => ({ side: 'below', target }))]);
}

/** The gap nearest to a hand over the upper or the lower half of a row. Null over a signed one. */
export function gapAt(sections: Sections, studyUid: string, half: 'upper' | 'lower'): Gap | null {
  const rows = sections.find((section) => section.includes(studyUid));
  if (rows === undefined) return null;
  if (half === 'upper') return { side: 'above', target: studyUid };
  const next = rows[rows.indexOf(studyUid) + 1];
  return next === undefined ? { side: 'below', target: studyUid } : { side: 'above', target: next };
}

/** The gap a key goes to, past those that would leave the study where it stands; at either end it stays. */
export function stepGap(sections: Sections, carried: string, from: Gap | null, step: number): Gap | null {
  const gaps = gapsOf(sections);
  const start = from ?? { side: 'above', target: carried };
  const at = gaps.findIndex(({ side, target }) => side === start.side && target === start.target);
  const way = step < 0 ? -1 : 1;
  let to = Math.max(0, Math.min(gaps.length - 1, at + step));
  while (gaps[to] !== undefined && isItsOwn(sections, carried, gaps[to])) to += way;
  return gaps[to] ?? from;
}

/** Whether the study stands in this gap already. */
export function isItsOwn(sections: Sections, carried: string, gap: Gap | undefined): boolean {
  if (gap === undefined || gap.target === carried) return true;
  const rows = sections.find((section) => section.includes(carried)) ?? [];
  return gap.side === 'above' && rows[rows.indexOf(carried) + 1] === gap.target;
}

export type Verdict = 'free' | 'own' | 'forbidden';

export function verdictOf(role: Role, sections: Sections, carried: WorklistItem, gap: Gap, target: WorklistItem): Verdict {
  if (isItsOwn(sections, carried.studyUid, gap)) return 'own';
  return mayLand(role, carried, landing(target, gap.side, carried.studyUid)) ? 'free' : 'forbidden';
}

export const FORBIDDEN_TEXT = 'Only an attending may place a study with an open critical finding lower. Refuse the finding if it is not there, or ask an attending.';
