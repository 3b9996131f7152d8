import { setImmediate } from 'node:timers/promises';
import type { Hospital } from '@readroom/db';
import type { Member } from '@readroom/shared/access/can';
import { HOUR_MS } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import { policyOf, POLICY_FIELD, rankPolicyProblems, type PolicyTerms } from '@readroom/shared/priority/policy-change';
import { DayEffect, effectAt, pairsUnder, type PolicyEffect, type PolicyPreview, type Shift } from '@readroom/shared/priority/policy-effect';
import type { JournalRow } from '@readroom/shared/priority/replay';
import { requireCan } from '../../auth/session.ts';
import type { Deps } from '../../infra/deps.ts';
import { changesBetween, headAt, listAtRevision } from '../journal.ts';

const HOURS = 24;

/** PR10: what the list of the last day would have been under these terms. Throws `forbidden`, and `bad-input` for terms that may not stand. */
export async function previewRankPolicy(deps: Deps, member: Member, terms: PolicyTerms): Promise<PolicyPreview> {
  requireCan(member, 'hospital.configure', member.organisation);
  refuseBad(terms);
  const hospital = await deps.hospital(member.organisation);
  const effect = await effectOfDay(hospital, terms, deps.clock());
  return { ...effect, most: await named(hospital, effect.most) };
}

/** The journal of the last day, hour by hour, as it was and under these terms. */
export async function effectOfDay(hospital: Hospital, terms: PolicyTerms, now: number): Promise<PolicyEffect> {
  const from = now - HOURS * HOUR_MS;
  const pairs = pairsUnder(policyOf(1, terms));
  let head = await headAt(hospital, from);
  const list = new Map((await listAtRevision(hospital, head)).map((row) => [row.studyUid, row]));
  const day = new DayEffect();
  day.add(effectAt(pairs(list.values()), from));
  for (let hour = 1; hour <= HOURS; hour += 1) {
    const at = from + hour * HOUR_MS;
    const next = Math.max(head, await headAt(hospital, at));
    if (next === head) continue;
    bring(list, await changesBetween(hospital, head, next));
    head = next;
    day.add(effectAt(pairs(list.values()), at));
    // A long list takes tens of milliseconds: others have their turn in between.
    await setImmediate();
  }
  return { from, until: now, ...day.summary() };
}

function bring(list: Map<string, JournalRow>, changes: readonly JournalRow[]): void {
  for (const row of changes) {
    if (row.input) list.set(row.studyUid, row);
    else list.delete(row.studyUid);
  }
}

async function named({ client }: Hospital, shifts: readonly Shift[]): Promise<PolicyPreview['most']> {
  const studies = await client.study.findMany({ where: { studyUid: { in: shifts.map(({ studyUid }) => studyUid) } }, select: { studyUid: true, modality: true, bodyPart: true, description: true } });
  const byUid = new Map(studies.map((study) => [study.studyUid, study]));
  return shifts.map((shift) => ({ modality: '', bodyPart: '', description: '', ...byUid.get(shift.studyUid), ...shift }));
}

/** Every reason at once. */
export function refuseBad(terms: PolicyTerms): void {
  const problems = rankPolicyProblems(terms).map(({ field, text }) => `${POLICY_FIELD[field].title}: ${text}`);
  if (problems.length > 0) throw new AppError('bad-input', { class: 'permanent', message: problems.join(' ') });
}
