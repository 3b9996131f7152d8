import type { Member } from '@readroom/shared/access/can';
import { mayTakeBack } from '@readroom/shared/priority/override';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { audit, by } from '../../audit/audit.ts';
import type { Deps } from '../../infra/deps.ts';
import { changeRow } from '../../study/change-row.ts';
import { forbidden } from '../../study/refusals.ts';
import { refreshWorklistItem } from '../refresh.ts';
import { nextRevision } from '../revision.ts';
import { loadMovable } from './movable.ts';

/** PR2: takes the override a person saw on a row back; the study stands in its own place again. Throws `not-found`, `conflict`, `forbidden`. */
export function takeBackMove(deps: Deps, member: Member, studyId: string, overrideId: string): Promise<WorklistItem> {
  return changeRow(deps, member, 'study.move', async (tx) => {
    const revision = await nextRevision(tx);
    const { input, held } = await loadMovable(tx, studyId, overrideId, deps.clock());
    if (!mayTakeBack(member.role, input, held?.authorId === member.userId)) throw forbidden('Somebody else placed this open critical study higher: only they or an attending may take that back.');
    await tx.studyOverride.deleteMany({ where: { studyId, id: overrideId } });
    await audit(tx, { ...by(member), action: 'study.move-taken-back', subject: { studyId, overrideId } });
    return refreshWorklistItem(tx, studyId, 'move-taken-back', revision);
  });
}
