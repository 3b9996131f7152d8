import type { Hospital } from '@readroom/db';
import type { Member } from '@readroom/shared/access/can';
import { AppError } from '@readroom/shared/error';
import { z } from 'zod';
import type { Deps } from '../infra/deps.ts';

type StudyRow = NonNullable<Awaited<ReturnType<Hospital['client']['study']['findUnique']>>>;

/**
 * The study a member names, by our id. Looked for in the member's own hospital only: an id of another hospital is
 * `not-found`, the same as one that never was (law TN1).
 */
export async function resolveStudy(deps: Deps, member: Member, studyId: string): Promise<{ readonly hospital: Hospital; readonly study: StudyRow }> {
  const hospital = await deps.hospital(member.organisation);
  const study = z.uuid().safeParse(studyId).success ? await hospital.client.study.findUnique({ where: { id: studyId } }) : null;
  if (!study) throw new AppError('not-found', { class: 'permanent', message: 'There is no such study in your hospital.' });
  return { hospital, study };
}
