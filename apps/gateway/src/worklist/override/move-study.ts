import type { HospitalTx } from '@readroom/db';
import type { Member } from '@readroom/shared/access/can';
import type { Move, MoveRequest } from '@readroom/shared/priority/move';
import { mayOverride, placeAbove, placeBelow, type Placing, type Target } from '@readroom/shared/priority/override';
import type { Policy } from '@readroom/shared/priority/policy';
import { lowers, naturalTier, type RankInput } from '@readroom/shared/priority/rank';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { audit, by } from '../../audit/audit.ts';
import type { Deps } from '../../infra/deps.ts';
import { changeRow } from '../../study/change-row.ts';
import { forbidden } from '../../study/refusals.ts';
import { refreshWorklistItem } from '../refresh.ts';
import { takeRevision } from '../revision.ts';
import { loadMovable } from './movable.ts';
import { targetOf } from './target.ts';

/**
 * PR2: a person places a study, with a reason and for a time. Override, rank, journal, row and audit are one transaction under
 * the hospital's revision lock, so that of two who move at once the second meets the first one's result and is told.
 * Throws `not-found`, `conflict`, `forbidden` (an open critical study placed lower by anyone but an attending), `bad-input`.
 */
export async function moveStudy(deps: Deps, member: Member, request: MoveRequest): Promise<WorklistItem> {
  const item = await changeRow(deps, member, 'study.move', async (tx, hospital) => {
    const { policy, revision } = await takeRevision(tx);
    const now = deps.clock();
    const { place, input } = await loadMovable(tx, request.studyId, request.replacing, now);
    const target = await targetOf(tx, hospital.schema, place, request.move);
    const placing = placingOf(request.move, target, input, policy);
    if (!mayOverride(member.role, input, placing)) throw forbidden('Only an attending may place a study with an open critical finding lower. Refuse the finding if it is not there, or ask an attending.');
    const id = deps.makeId();
    await keep(tx, member, request, placing, { id, now });
    const { move, reason, studyId } = request;
    const subject = { studyId, overrideId: id, move: move.kind, targetStudyUid: target.studyUid, reason, tier: placing.tier, offsetMs: placing.offsetMs, expiresAt: now + request.forMs };
    await audit(tx, { ...by(member), action: 'study.move', subject });
    return refreshWorklistItem(tx, studyId, 'moved', revision);
  });
  deps.metrics.counter('readroom_moves_total', 'Studies moved by hand, by kind of move', ['kind']).inc({ kind: request.move.kind });
  return item;
}

function placingOf(move: Move, target: Target, input: RankInput, policy: Policy): Placing {
  if (move.kind === 'below' || move.kind === 'lower') return placeBelow(target, input, policy);
  const above = placeAbove(target, input, policy);
  // To the top is never behind the study's own place, which may be above every row once a lowering is gone.
  return move.kind === 'pin' && lowers(input, above) ? { ...above, tier: naturalTier(input), offsetMs: 0 } : above;
}

async function keep(tx: HospitalTx, member: Member, request: MoveRequest, placing: Placing, { id, now }: { readonly id: string; readonly now: number }): Promise<void> {
  const { studyId, reason, note, forMs } = request;
  const row = {
    id,
    tier: placing.tier,
    offsetMs: BigInt(placing.offsetMs),
    criticalSeen: placing.criticalSeen,
    authorId: member.userId,
    authorName: member.name,
    reason,
    note,
    placedAt: new Date(now),
    expiresAt: new Date(now + forMs),
  };
  await tx.studyOverride.upsert({ where: { studyId }, create: { ...row, studyId }, update: row });
}
